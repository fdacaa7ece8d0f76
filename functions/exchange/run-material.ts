import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/** True for a message of the run's present epoch; an earlier one must not start or close a round. */
export async function isCurrent(
  objects: ObjectStore,
  message: { readonly run: string; readonly epoch: number },
): Promise<boolean> {
  const control = await new RunStore(objects).control(message.run).require();
  return control.status === 'running' && control.epoch === message.epoch;
}
