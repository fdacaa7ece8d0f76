import type { Clock } from '#shared/cloud/ports/clock.ts';

/** The due time that a message states. */
export interface Due {
  /** Due time by the sender's time of day. [ms] */
  readonly deliverAtMs: number;
  /** Delay that the sender asked for; no receiver waits longer. [ms] */
  readonly delayMs: number;
}

/** Longest wait for a message in the handler. A message that is due later is deferred. [ms] */
export const LONGEST_WAIT_MS = 1_500;

/**
 * Longest deferral. SQS hides a message for at most 12 h after its receive; one hour is left for the time
 * between the receive and the request. [s]
 */
export const LONGEST_DEFERRAL_SECONDS = 11 * 3600;

/**
 * Time from a message's receive until it is due. [ms] A queue delays a message by whole seconds, rounded
 * down, and by at most 900 s, so a message may be received early: by less than a second, or by hours when its
 * delay is long. The wait is limited to the message's own delay, so that clocks that jump or differ cannot
 * extend it.
 */
export function untilDueMs({ deliverAtMs, delayMs }: Due, receivedAtMs: number): number {
  return Math.max(0, Math.min(deliverAtMs - receivedAtMs, delayMs));
}

/**
 * Seconds by which a message that is due in `leftMs` is deferred; undefined when the handler waits for it
 * instead.
 */
export function deferralSeconds(leftMs: number): number | undefined {
  if (leftMs <= LONGEST_WAIT_MS) return undefined;
  // Rounded down: the handler can wait for a message that returns up to a second early, but it cannot make up
  // for one that returns late.
  return Math.min(Math.floor(leftMs / 1000), LONGEST_DEFERRAL_SECONDS);
}

/** Options of {@link handleWhenDue}. */
export interface DueHandling<Item> {
  readonly clock: Clock;
  /** Ends the wait for items that are not due yet. */
  readonly signal?: AbortSignal | undefined;
  readonly dueOf: (item: Item) => Due;
  /** Handles items that are due, in the order of their due times. */
  readonly handle: (due: readonly Item[]) => Promise<void>;
  /** Returns an item to its queue and hides it for this many seconds. */
  readonly defer: (item: Item, seconds: number) => Promise<void>;
}

/**
 * Handles each item when it is due, batched with all other items that are due then, and defers items that are
 * due much later. On every host, only this function waits for messages that were received before they are
 * due.
 *
 * @returns the items that were still waited for when the signal aborted.
 */
export async function handleWhenDue<Item>(
  items: readonly Item[],
  { clock, signal, dueOf, handle, defer }: DueHandling<Item>,
): Promise<readonly Item[]> {
  const receivedAtMs = clock.nowMs();
  const beganMs = clock.monotonicMs();
  const waiting: { readonly item: Item; readonly order: number; readonly dueAtMs: number }[] = [];
  for (const item of items) {
    const due = dueOf(item);
    const leftMs = untilDueMs(due, receivedAtMs);
    const seconds = deferralSeconds(leftMs);
    if (seconds === undefined) waiting.push({ item, order: due.deliverAtMs, dueAtMs: beganMs + leftMs });
    else await defer(item, seconds);
  }
  waiting.sort((left, right) => left.dueAtMs - right.dueAtMs || left.order - right.order);
  while (waiting.length > 0) {
    const leftMs = waiting[0].dueAtMs - clock.monotonicMs();
    // Rejects only when aborted.
    if (leftMs > 0) await clock.sleepMs(leftMs, signal).catch(() => {});
    if (leftMs > 0 && signal?.aborted) break;
    const monotonicMs = clock.monotonicMs();
    const dueCount = waiting.filter(({ dueAtMs }) => dueAtMs <= monotonicMs).length;
    if (dueCount > 0) await handle(waiting.splice(0, dueCount).map(({ item }) => item));
  }
  return waiting.map(({ item }) => item);
}
