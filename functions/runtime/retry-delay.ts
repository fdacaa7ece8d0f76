import { backoffCeilingMs } from '#shared/cloud/backoff.ts';

/** The delay before a failed message is delivered again: up to 1 s after its first receive, doubling, up to 60 s. */
const REDELIVERY = { baseMs: 1000, capMs: 60_000 } as const;

/**
 * Seconds that a failed message is hidden for before it is delivered again, jittered so that messages that failed for
 * one reason do not return all at once. Without it a message would stay hidden for its queue's whole visibility timeout.
 *
 * @param uniform draws from [0, 1)
 */
export function retryDelaySeconds(uniform: () => number, receiveCount: number): number {
  return (uniform() * backoffCeilingMs(REDELIVERY, receiveCount)) / 1000;
}
