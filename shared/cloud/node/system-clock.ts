import type { Clock } from '#shared/cloud/ports/clock.ts';

/** The longest delay of a Node timer (2^31 - 1 ms, 24.8 days). A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The machine's clock. `nowMs` is the time since 1970 and jumps when the time of day is set. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleepMs,
};

/**
 * A clock that reads the time of day once, now, and then counts without jumps. It suits the parts of one
 * process that compare times only with each other: setting the machine's clock does not affect them.
 */
export function steadyClock(): Clock {
  const originMs = Date.now() - performance.now();
  return { ...systemClock, nowMs: () => originMs + performance.now() };
}

async function sleepMs(durationMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const untilMs = performance.now() + durationMs;
  // Node timers may fire up to a millisecond early.
  for (let leftMs = durationMs; leftMs > 0; leftMs = untilMs - performance.now()) {
    await timer(Math.min(leftMs, LONGEST_TIMER_MS), signal);
  }
}

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
