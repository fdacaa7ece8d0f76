import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { type Control, controlSchema } from '#shared/protocol/records.ts';
import { type RunRecord, runRecordSchema } from '#shared/protocol/run-record.ts';
import { decodeJson } from '#shared/protocol/stored-json.ts';
import type { ObjectCache } from './object-cache.ts';

/** The record of a message's run. Throws a ProtocolError when the run was never prepared. */
export function loadRunRecord(cache: ObjectCache, run: string): Promise<RunRecord> {
  return cache.load(runKeys.run(run), (bytes, key) => decodeJson(runRecordSchema, bytes, key));
}

/** Whether the run goes on. Never cached: it is the only object of a run that changes. */
export async function loadControl(objects: ObjectStore, run: string): Promise<Control> {
  const key = runKeys.control(run);
  return decodeJson(controlSchema, await requireObject(objects, key), key);
}

/** True for a message of the attempt that is running; any other must not move a round along. */
export async function isCurrent(
  objects: ObjectStore,
  message: { readonly run: string; readonly attempt: number },
): Promise<boolean> {
  const control = await loadControl(objects, message.run);
  return control.status === 'running' && control.attempt === message.attempt;
}
