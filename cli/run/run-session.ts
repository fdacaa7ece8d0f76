import { FileObjectStore } from '../../shared/cloud/file/file-object-store.ts';
import { MemoryObjectStore } from '../../shared/cloud/memory/memory-object-store.ts';
import type { ObjectStore } from '../../shared/cloud/ports/object-store.ts';
import { requireObject } from '../../shared/cloud/require-object.ts';
import { routedObjectStore } from '../../shared/cloud/routed-object-store.ts';
import type { RunConfig } from '../../shared/config/run-config.ts';
import { ConfigError } from '../../shared/errors.ts';
import { type PreparedRun, prepareRun } from '../../shared/preparation/prepare-run.ts';
import { runKeys } from '../../shared/protocol/keys.ts';
import { type Control, controlSchema } from '../../shared/protocol/records.ts';
import { type RunRecord, runRecordSchema } from '../../shared/protocol/run-record.ts';
import { decodeJson, encodeJson } from '../../shared/protocol/stored-json.ts';

/** A run of the embedded kind is alone in its folder, so it needs no name that tells it from others. */
export const EMBEDDED_RUN = 'run';

/**
 * Where an embedded run keeps its objects: what a resumed run needs in the output folder, and in memory what can be
 * made again (model parts, shards) or is of no use after its round (payloads).
 */
export async function openEmbeddedStore(stateDirectory: string): Promise<ObjectStore> {
  const payloads = `${runKeys.prefix(EMBEDDED_RUN)}payloads/`;
  return routedObjectStore(
    (key) => key.startsWith('prepared/') || key.startsWith(payloads),
    new MemoryObjectStore(),
    await FileObjectStore.open(stateDirectory),
  );
}

export async function readRunRecord(objects: ObjectStore, run: string): Promise<RunRecord | undefined> {
  const key = runKeys.run(run);
  const bytes = await objects.get(key);
  return bytes === undefined ? undefined : decodeJson(runRecordSchema, bytes, key);
}

/** Prepares a run that is stored already once more. Throws a ConfigError when model or data are not what they were. */
export async function prepareAgain(record: RunRecord, objects: ObjectStore): Promise<PreparedRun> {
  const prepared = await prepareRun(record.config, record.run, objects);
  if (prepared.record.prepared === record.prepared) return prepared;
  throw new ConfigError('model or data have changed since the run was started.', {
    subject: record.config.data.directory,
    remedy: 'Put them back as they were, or start a new run.',
  });
}

/** Prepares a new run. */
export function prepareNew(config: RunConfig, run: string, objects: ObjectStore): Promise<PreparedRun> {
  return prepareRun(config, run, objects);
}

/** Says that the run goes on, in a new attempt whose number it returns; messages of earlier ones lose their effect. */
export async function beginAttempt(objects: ObjectStore, run: string): Promise<number> {
  const key = runKeys.control(run);
  const present = (await objects.list(key)).includes(key);
  const before = present ? decodeJson(controlSchema, await requireObject(objects, key), key).attempt : -1;
  const control: Control = { status: 'running', attempt: before + 1 };
  await objects.put(key, encodeJson(control));
  return control.attempt;
}
