import { AirtuneError } from '#shared/errors.ts';

/** Why the handling of a message failed. */
export interface Failure {
  readonly reason: string;
  /** True when another receive cannot mend it. */
  readonly permanent: boolean;
}

/** The failure that an error stands for. A wrong message, stored object or setting stays wrong; a service may recover. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof AirtuneError)) return { reason: String(error), permanent: false };
  return { reason: error.line, permanent: !error.retryable && error.kind !== 'service' };
}

/** True when the queue shall deliver the message again; false when it becomes a dead letter. */
export function shouldRetry({ permanent }: Failure, receiveCount: number, maxReceives: number): boolean {
  return !permanent && receiveCount < maxReceives;
}
