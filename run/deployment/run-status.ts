import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { kindOfKey } from '#shared/protocol/key-space.ts';
import { roundsOfKey, runKeys } from '#shared/protocol/keys.ts';
import type { Commit, Evaluation, Failure } from '#shared/protocol/records.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { readControl } from './stop-run.ts';

/** How far a run has come, as its deployment stores it. */
export interface RunStatus {
  readonly run: string;
  readonly state: 'running' | 'stopped' | 'failed' | 'finished';
  /** Why the functions ended the run, in its newest epoch. */
  readonly failure: Failure | undefined;
  readonly epoch: number;
  readonly rounds: number;
  readonly committedRounds: number;
  readonly lastCommit: Commit | undefined;
  readonly lastEvaluation: Evaluation | undefined;
}

/** @throws ConfigError when there is no such run. */
export async function readRunStatus(objects: ObjectStore, run: string): Promise<RunStatus> {
  const { status, epoch } = await readControl(objects, run);
  const store = new RunStore(objects);
  const { rounds } = (await store.run(run).require()).config.training;
  const keys = await objects.list(runKeys.prefix(run));
  const committedRounds = keys.filter((key) => kindOfKey(key) === 'commit').length;
  const lastTested = keys
    .filter((key) => kindOfKey(key) === 'evaluation')
    .map(roundsOfKey)
    .at(-1);
  const lastEvaluation =
    lastTested === undefined ? undefined : await store.evaluation(run, lastTested).require();
  const failure = await store.failure(run, epoch).read();
  const isFinished = committedRounds === rounds && lastEvaluation?.rounds === rounds;
  return {
    run,
    state: isFinished ? 'finished' : failure === undefined ? status : 'failed',
    failure: isFinished ? undefined : failure,
    epoch,
    rounds,
    committedRounds,
    lastCommit: committedRounds === 0 ? undefined : await store.commit(run, committedRounds - 1).require(),
    lastEvaluation,
  };
}

/** Names of all runs of a deployment, the oldest first. */
export async function listRuns(objects: ObjectStore): Promise<readonly string[]> {
  const keys = await objects.list('runs/');
  return keys.flatMap((key) => /^runs\/([^/]+)\/control\.json$/.exec(key)?.[1] ?? []);
}
