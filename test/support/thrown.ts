import { AirtuneError } from '#shared/errors.ts';

/** The line that a user sees for the error of a call. Errors other than AirtuneError are rethrown. */
export function thrownLine(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof AirtuneError) return error.line;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The same for a promise. */
export async function rejectedLine(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: unknown) =>
      thrownLine(() => {
        throw error;
      }),
  );
}
