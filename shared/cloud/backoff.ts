import { AirtuneError } from '#shared/errors.ts';
import type { Clock } from './ports/clock.ts';

/** How long to wait between attempts: exponential with full jitter, so that many clients do not come back together. */
export interface Backoff {
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter. Processes beside each other must not share a sequence. */
  readonly uniform: () => number;
  readonly baseMs: number;
  readonly capMs: number;
}

/** The longest wait before attempt `attempt` + 1, milliseconds: min(capMs, baseMs * 2^(attempt-1)). */
export function backoffCeilingMs(
  { baseMs, capMs }: Pick<Backoff, 'baseMs' | 'capMs'>,
  attempt: number,
): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 40));
}

/** The wait before attempt `attempt` + 1, milliseconds: uniform between 0 and its ceiling. */
export function backoffDelayMs(backoff: Backoff, attempt: number): number {
  return backoff.uniform() * backoffCeilingMs(backoff, attempt);
}

/** Sleeps before the next attempt; rejects with the signal's reason when aborted. */
export async function sleepBeforeRetry(
  backoff: Backoff,
  attempt: number,
  signal?: AbortSignal,
): Promise<void> {
  await backoff.clock.sleepMs(backoffDelayMs(backoff, attempt), signal);
}

/** Runs the task until it succeeds, at most `attempts` times while its errors say that a retry can help. */
export async function withRetries<T>(backoff: Backoff, attempts: number, task: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (attempt >= attempts || !(error instanceof AirtuneError && error.retryable)) throw error;
      await sleepBeforeRetry(backoff, attempt);
    }
  }
}
