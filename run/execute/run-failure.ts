import { AirtuneError, type ErrorDetails, type ErrorKind } from '#shared/errors.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';

/** The stored error of a run that its functions have ended; only a new epoch continues the run. */
export class RunFailedError extends AirtuneError {
  constructor(kind: ErrorKind, message: string, details: ErrorDetails) {
    super(kind, message, details);
  }
}

/** Throws the stored error if a function has ended this epoch of the run. */
export async function throwRunFailure(store: RunStore, run: string, epoch: number): Promise<void> {
  const failure = await store.failure(run, epoch).read();
  if (failure === undefined) return;
  const { kind, message, subject, remedy } = failure;
  throw new RunFailedError(kind, message, {
    ...(subject === undefined ? {} : { subject }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}
