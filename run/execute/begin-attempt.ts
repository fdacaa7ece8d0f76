import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/** Says that the run goes on, in a new attempt whose number it returns; messages of earlier ones lose their effect. */
export async function beginAttempt(objects: ObjectStore, run: string): Promise<number> {
  const control = new RunStore(objects).control(run);
  const before = await control.read();
  const attempt = before === undefined ? 0 : before.attempt + 1;
  await control.replace({ status: 'running', attempt });
  return attempt;
}
