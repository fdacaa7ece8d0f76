import { QUEUE_LIMITS } from '#shared/cloud/service-limits.ts';

/** What to do with a message that a queue delivered, given when it is due. */
export type RemainingDelay =
  | { readonly kind: 'due' }
  /** The rest is short: hold the message until then. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  /** The rest is long: hide the message in the queue for this many whole seconds and look at it again. */
  | { readonly kind: 'put-back'; readonly visibilitySeconds: number };

/**
 * The policy for delays a queue cannot express: it delays by whole seconds and 900 at most, so that a message may come
 * up to a second early, and one with a longer delay much earlier. Putting back counts as a receipt, which a delay of up
 * to 12 hours takes once.
 */
export function remainingDelay(deliverAtMs: number, nowMs: number, waitBelowMs: number): RemainingDelay {
  const leftMs = deliverAtMs - nowMs;
  if (leftMs <= 0) return { kind: 'due' };
  if (leftMs < waitBelowMs) return { kind: 'wait', untilMs: deliverAtMs };
  // Rounded down: it comes back a little early rather than late, and the last part of a second is waited for.
  const visibilitySeconds = Math.min(
    Math.max(Math.floor(leftMs / 1000), 1),
    QUEUE_LIMITS.maxVisibilitySeconds,
  );
  return { kind: 'put-back', visibilitySeconds };
}
