import type { Clock } from '#shared/cloud/ports/clock.ts';

/** The longest a Node timer can run (2^31 - 1 ms, 24.8 days); a longer one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The machine's clock: milliseconds since 1970, with all jumps that the machine's time of day makes. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleepMs,
};

/**
 * A clock that reads the machine's time of day once, now, and counts on from there without a jump. For all parts of one
 * process that compare times with each other only: setting the machine's clock does not reach them.
 */
export function steadyClock(): Clock {
  const originMs = Date.now() - performance.now();
  return { ...systemClock, nowMs: () => originMs + performance.now() };
}

async function sleepMs(durationMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const untilMs = performance.now() + durationMs;
  // A timer may fire up to a millisecond early.
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
