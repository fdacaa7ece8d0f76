import { AirtuneError } from '#shared/errors.ts';
import type { Clock } from './ports/clock.ts';

/**
 * Waits between attempts: exponential with full jitter, so that many clients do not retry at the same time.
 */
export interface Backoff {
  readonly clock: Clock;
  /** Uniform in [0, 1), for the jitter. Concurrent processes must not share a sequence. */
  readonly uniform: () => number;
  readonly baseMs: number;
  readonly capMs: number;
}

/** The longest wait before attempt `attempt` + 1: min(capMs, baseMs * 2^(attempt-1)). [ms] */
export function backoffCeilingMs(
  { baseMs, capMs }: Pick<Backoff, 'baseMs' | 'capMs'>,
  attempt: number,
): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 40));
}

/** The wait before attempt `attempt` + 1: uniform between 0 and its ceiling. [ms] */
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

/**
 * Runs the task until it succeeds, at most `attempts` times. Only errors that are `retryable` lead to another
 * attempt; other errors, and the last one, are thrown.
 */
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
