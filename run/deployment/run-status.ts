import type { CloudPorts } from '#functions/runtime/environment.ts';
import type { FolderListing, ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { kindOfKey } from '#shared/protocol/key-space.ts';
import { roundsOfKey, runKeys } from '#shared/protocol/keys.ts';
import type { Commit, Evaluation, Failure } from '#shared/protocol/records.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { reachesTarget } from '#shared/protocol/test-target.ts';
import { failureByLostMessage } from './lost-message.ts';
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

/**
 * Reads the status of a run. A run that waits for a message in a dead-letter queue has failed: it continues
 * only if `airtune dead-letters --redrive` sends the message again.
 *
 * @throws ConfigError when there is no such run
 */
export async function readRunStatus(
  ports: Pick<CloudPorts, 'objects' | 'deadLetters' | 'clock'>,
  run: string,
): Promise<RunStatus> {
  const { objects } = ports;
  const { status, epoch } = await readControl(objects, run);
  const store = new RunStore(objects);
  const record = await store.run(run).require();
  const { rounds } = record.config.training;
  const keys = await objects.list(runKeys.prefix(run));
  const committedRounds = keys.filter((key) => kindOfKey(key) === 'commit').length;
  const tested = keys.filter((key) => kindOfKey(key) === 'evaluation').map(roundsOfKey);
  const lastTested = tested.at(-1);
  const lastEvaluation =
    lastTested === undefined ? undefined : await store.evaluation(run, lastTested).require();
  const isLast = lastEvaluation !== undefined && reachesTarget(record, lastEvaluation);
  const isFinished = lastEvaluation?.rounds === committedRounds && (committedRounds === rounds || isLast);
  const isWaiting = !isFinished && status === 'running';
  const failure =
    (await store.failure(run, epoch).read()) ??
    (isWaiting
      ? await failureByLostMessage(ports, {
          record,
          epoch,
          committedRounds,
          isTested: (after) => tested.includes(after),
        })
      : undefined);
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
