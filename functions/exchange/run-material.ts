import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/**
 * True when the run continues and the message belongs to its current epoch. Other messages must not start a
 * round, or close it at its deadline.
 */
export async function isCurrent(
  objects: ObjectStore,
  message: { readonly run: string; readonly epoch: number },
): Promise<boolean> {
  const control = await new RunStore(objects).control(message.run).require();
  return control.status === 'running' && control.epoch === message.epoch;
}
