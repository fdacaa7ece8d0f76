import { AirtuneError, type ErrorDetails, type ErrorKind } from '#shared/errors.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';

/** A run that its functions have ended: they stored the reason, and nothing but a new epoch goes on. */
export class RunFailedError extends AirtuneError {
  constructor(kind: ErrorKind, message: string, details: ErrorDetails) {
    super(kind, message, details);
  }
}

/** Throws the error for which a function ended this epoch of the run; does nothing when none did. */
export async function throwRunFailure(store: RunStore, run: string, epoch: number): Promise<void> {
  const failure = await store.failure(run, epoch).read();
  if (failure === undefined) return;
  const { kind, message, subject, remedy } = failure;
  throw new RunFailedError(kind, message, {
    ...(subject === undefined ? {} : { subject }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}
