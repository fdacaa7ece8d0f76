import type { Clock } from '#shared/cloud/ports/clock.ts';

/** The longest a Node timer can run (2^31 - 1 ms, 24.8 days); a longer one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The machine's clock: milliseconds since 1970, sleeping by timers. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  async sleepUntilMs(timeMs, signal) {
    signal?.throwIfAborted();
    // A timer may fire a millisecond early by the wall clock, and the wall clock may be set back: look again.
    for (let leftMs = timeMs - Date.now(); leftMs > 0; leftMs = timeMs - Date.now()) {
      await timer(Math.min(leftMs, LONGEST_TIMER_MS), signal);
    }
  },
};

function timer(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(handle);
      reject(signal?.reason);
    };
    const handle = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
