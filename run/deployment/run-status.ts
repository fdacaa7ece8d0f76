import type { FolderListing, ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { type Commit, commitSchema, type Evaluation, evaluationSchema } from '#shared/protocol/records.ts';
import { runRecordSchema } from '#shared/protocol/run-record.ts';
import { decodeJson } from '#shared/protocol/stored-json.ts';
import { readControl } from './stop-run.ts';

/** How far a run has come, as its deployment stores it. */
export interface RunStatus {
  readonly run: string;
  readonly state: 'running' | 'stopped' | 'finished';
  readonly attempt: number;
  readonly rounds: number;
  readonly committedRounds: number;
  readonly lastCommit: Commit | undefined;
  readonly lastEvaluation: Evaluation | undefined;
}

/** @throws ConfigError when there is no such run. */
export async function readRunStatus(objects: ObjectStore, run: string): Promise<RunStatus> {
  const { status, attempt } = await readControl(objects, run);
  const recordKey = runKeys.run(run);
  const record = decodeJson(runRecordSchema, await requireObject(objects, recordKey), recordKey);
  const { rounds } = record.config.training;
  const commits = (await objects.list(`${runKeys.prefix(run)}rounds/`)).filter((key) =>
    key.endsWith('/commit.json'),
  );
  const evaluations = await objects.list(`${runKeys.prefix(run)}evaluations/`);
  const [commitKey, evaluationKey] = [commits.at(-1), evaluations.at(-1)];
  const lastEvaluation =
    evaluationKey === undefined
      ? undefined
      : decodeJson(evaluationSchema, await requireObject(objects, evaluationKey), evaluationKey);
  return {
    run,
    state: commits.length === rounds && lastEvaluation?.rounds === rounds ? 'finished' : status,
    attempt,
    rounds,
    committedRounds: commits.length,
    lastCommit:
      commitKey === undefined
        ? undefined
        : decodeJson(commitSchema, await requireObject(objects, commitKey), commitKey),
    lastEvaluation,
  };
}

/** Names of all runs of a deployment that were begun, the oldest first. */
export async function listRuns(objects: ObjectStore & FolderListing): Promise<readonly string[]> {
  const begun: string[] = [];
  for (const run of await objects.listFolders('runs/')) {
    if ((await objects.get(runKeys.control(run))) !== undefined) begun.push(run);
  }
  return begun;
}
