import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { InterruptedError } from '#shared/errors.ts';

/**
 * Waits for a task or the signal. An abandoned task continues to run, so it needs a store that refuses its
 * writes ({@link interruptibleStore}).
 *
 * @param interrupted makes the error
 * @throws InterruptedError when the signal aborts before the task has ended.
 */
export async function interruptible<T>(
  task: Promise<T>,
  signal: AbortSignal,
  interrupted = stoppedNewRun,
): Promise<T> {
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(interrupted());
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([task, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The same store, which rejects every request once the signal has aborted. */
export function interruptibleStore(
  objects: ObjectStore,
  signal: AbortSignal,
  interrupted = stoppedNewRun,
): ObjectStore {
  const unlessStopped = <T>(task: () => Promise<T>): Promise<T> =>
    signal.aborted ? Promise.reject(interrupted()) : task();
  return {
    get: (key) => unlessStopped(() => objects.get(key)),
    put: (key, bytes) => unlessStopped(() => objects.put(key, bytes)),
    putIfAbsent: (key, bytes) => unlessStopped(() => objects.putIfAbsent(key, bytes)),
    list: (prefix) => unlessStopped(() => objects.list(prefix)),
    delete: (keys) => unlessStopped(() => objects.delete(keys)),
  };
}

/** The error of a new run that is stopped while it is prepared: its folder is removed. */
export function stoppedNewRun(): InterruptedError {
  return new InterruptedError('stopped before the first round; nothing is kept.', {
    remedy: 'Start the run again.',
  });
}

/** The error of a resumed run that is stopped while it is prepared again. */
export function stoppedResumedRun(): InterruptedError {
  return new InterruptedError('stopped before the run continued; all of its finished rounds are kept.', {
    remedy: 'Continue with --resume.',
  });
}
