import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/**
 * Starts a new epoch of the run and returns its number. Control messages of earlier epochs have no effect.
 */
export async function beginEpoch(objects: ObjectStore, run: string): Promise<number> {
  const control = new RunStore(objects).control(run);
  const before = await control.read();
  const epoch = before === undefined ? 0 : before.epoch + 1;
  await control.replace({ status: 'running', epoch });
  return epoch;
}
