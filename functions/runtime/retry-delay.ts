import { backoffCeilingMs } from '#shared/cloud/backoff.ts';

/**
 * Limits of the delay before a failed message is delivered again: 1 s at most after its first receive, twice
 * as much after each further one, and never more than 60 s.
 */
const REDELIVERY = { baseMs: 1000, capMs: 60_000 } as const;

/**
 * Delay before a failed message is delivered again. [s] It is jittered, so that messages that failed for the
 * same reason do not all return at once. Without it, a message would stay hidden for the whole visibility
 * timeout of its queue.
 *
 * @param uniform Draws from [0, 1).
 */
export function retryDelaySeconds(uniform: () => number, receiveCount: number): number {
  return (uniform() * backoffCeilingMs(REDELIVERY, receiveCount)) / 1000;
}
