import type { FolderListing, ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { kindOfKey } from '#shared/protocol/key-space.ts';
import { roundsOfKey, runKeys } from '#shared/protocol/keys.ts';
import type { Commit, Evaluation, Failure } from '#shared/protocol/records.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { reachesTarget } from '#shared/protocol/test-target.ts';
import { readControl } from './stop-run.ts';

/** The state and progress of a run, from its stored objects. */
export interface RunStatus {
  readonly run: string;
  readonly state: 'running' | 'stopped' | 'failed' | 'finished';
  /** Why the functions ended the newest epoch of the run. */
  readonly failure: Failure | undefined;
  readonly epoch: number;
  readonly rounds: number;
  readonly committedRounds: number;
  readonly lastCommit: Commit | undefined;
  readonly lastEvaluation: Evaluation | undefined;
}

/** Reads the status of a run. @throws ConfigError when there is no such run */
export async function readRunStatus(objects: ObjectStore, run: string): Promise<RunStatus> {
  const { status, epoch } = await readControl(objects, run);
  const store = new RunStore(objects);
  const record = await store.run(run).require();
  const { rounds } = record.config.training;
  const keys = await objects.list(runKeys.prefix(run));
  const committedRounds = keys.filter((key) => kindOfKey(key) === 'commit').length;
  const lastTested = keys
    .filter((key) => kindOfKey(key) === 'evaluation')
    .map(roundsOfKey)
    .at(-1);
  const lastEvaluation =
    lastTested === undefined ? undefined : await store.evaluation(run, lastTested).require();
  const failure = await store.failure(run, epoch).read();
  const isLast = lastEvaluation !== undefined && reachesTarget(record, lastEvaluation);
  const isFinished = lastEvaluation?.rounds === committedRounds && (committedRounds === rounds || isLast);
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

/** Names of all runs of a deployment that were started, the oldest first. */
export async function listRuns(objects: ObjectStore & FolderListing): Promise<readonly string[]> {
  const begun: string[] = [];
  for (const run of await objects.listFolders('runs/')) {
    if ((await objects.get(runKeys.control(run))) !== undefined) begun.push(run);
  }
  return begun;
}
