import { AirtuneError } from '#shared/errors.ts';

/** The line a person would see for what a call throws; anything but an AirtuneError is passed on. */
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
