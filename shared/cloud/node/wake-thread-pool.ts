import { stat } from 'node:fs';

/** Time between two wake-ups [ms]. */
const INTERVAL_MS = 1_000;

/**
 * Wakes the threads of Node's pool once a second, by a file operation that has no effect. The signal that
 * should wake a thread can be lost (glibc before 2.41, its bug 25847): then a file operation is not begun
 * until the next one, and a run that waits for it stands still for ever. The timer keeps no process alive.
 *
 * @returns a function that ends the wake-ups
 */
export function wakeThreadPool(intervalMs = INTERVAL_MS): () => void {
  const timer = setInterval(() => stat('/', () => {}), intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
