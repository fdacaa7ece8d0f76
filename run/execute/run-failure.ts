import { AirtuneError } from '#shared/errors.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';

/** Throws the error for which a function ended this epoch of the run; does nothing when none did. */
export async function throwRunFailure(store: RunStore, run: string, epoch: number): Promise<void> {
  const failure = await store.failure(run, epoch).read();
  if (failure === undefined) return;
  const { kind, message, subject, remedy } = failure;
  throw new AirtuneError(kind, message, {
    ...(subject === undefined ? {} : { subject }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}
