import { createHash } from 'node:crypto';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { runKeys } from '#shared/protocol/keys.ts';

/** Hashes of all objects that training changes (checkpoints and heads), by key within the run. */
export async function trainedState(
  objects: ObjectStore,
  run: string,
): Promise<Readonly<Record<string, string>>> {
  const prefix = runKeys.prefix(run);
  const keys = (await objects.list(prefix)).filter((key) => /\/(checkpoints|heads)\//.test(key));
  const entries = keys.map(async (key): Promise<[string, string]> => {
    const bytes = (await objects.get(key)) ?? new Uint8Array();
    return [key.slice(prefix.length), createHash('sha256').update(bytes).digest('hex')];
  });
  return Object.fromEntries(await Promise.all(entries));
}
