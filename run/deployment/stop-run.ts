import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { ConfigError } from '#shared/errors.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { type Control, controlSchema } from '#shared/protocol/records.ts';
import { decodeJson, encodeJson } from '#shared/protocol/stored-json.ts';

/**
 * Says that a run shall not go on: the round under way comes to nothing, all committed ones are kept.
 *
 * @returns what was said of the run before.
 * @throws ConfigError when there is no such run.
 */
export async function stopRun(objects: ObjectStore, run: string): Promise<Control> {
  const before = await readControl(objects, run);
  await objects.put(runKeys.control(run), encodeJson({ ...before, status: 'stopped' } satisfies Control));
  return before;
}

/** @throws ConfigError when there is no such run. */
export async function readControl(objects: ObjectStore, run: string): Promise<Control> {
  const key = runKeys.control(run);
  const bytes = await objects.get(key);
  if (bytes !== undefined) return decodeJson(controlSchema, bytes, key);
  throw new ConfigError(`there is no run ${JSON.stringify(run)} in this deployment.`, {
    subject: 'RUN',
    remedy: 'airtune status lists the runs there are; check --deployment and --region.',
  });
}
