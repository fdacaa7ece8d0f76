import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { type Control, controlSchema } from '#shared/protocol/records.ts';
import { decodeJson, encodeJson } from '#shared/protocol/stored-json.ts';

/** Says that the run goes on, in a new attempt whose number it returns; messages of earlier ones lose their effect. */
export async function beginAttempt(objects: ObjectStore, run: string): Promise<number> {
  const key = runKeys.control(run);
  const before = await objects.get(key);
  const attempt = before === undefined ? 0 : decodeJson(controlSchema, before, key).attempt + 1;
  const control: Control = { status: 'running', attempt };
  await objects.put(key, encodeJson(control));
  return attempt;
}
