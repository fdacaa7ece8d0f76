import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/** True for a message of the attempt that is running; any other must not move a round along. */
export async function isCurrent(
  objects: ObjectStore,
  message: { readonly run: string; readonly attempt: number },
): Promise<boolean> {
  const control = await new RunStore(objects).control(message.run).require();
  return control.status === 'running' && control.attempt === message.attempt;
}
