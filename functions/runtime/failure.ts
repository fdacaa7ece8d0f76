import { AirtuneError } from '#shared/errors.ts';

/** The reason why the handling of a message failed. */
export interface HandlingFailure {
  readonly reason: string;
  /** True when the message would fail in the same way if it were received again. */
  readonly permanent: boolean;
}

/**
 * Classifies an error. A wrong message, stored object or setting is a permanent failure; a service error is
 * not, and neither is an unknown error.
 */
export function failureOf(error: unknown): HandlingFailure {
  if (!(error instanceof AirtuneError)) return { reason: String(error), permanent: false };
  return { reason: error.line, permanent: !error.retryable && error.kind !== 'service' };
}

/** Whether the message is retried; otherwise it becomes a dead letter. */
export function shouldRetry(
  { permanent }: HandlingFailure,
  receiveCount: number,
  maxReceives: number,
): boolean {
  return !permanent && receiveCount < maxReceives;
}
