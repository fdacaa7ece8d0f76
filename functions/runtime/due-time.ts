import type { Clock } from '#shared/cloud/ports/clock.ts';

/** When a message is due, as it says itself. */
export interface Due {
  /** By the sender's time of day. [ms] */
  readonly deliverAtMs: number;
  /** The delay that the message was sent with: no receiver waits longer. [ms] */
  readonly delayMs: number;
}

/** A message due within this time is waited for; one due later goes back into its queue. [ms] */
export const LONGEST_WAIT_MS = 1_500;

/**
 * The longest time that a message is put back for. SQS hides a message for 12 h from its receive at most; the hour
 * below that is for the time between the receive and the request. [s]
 */
export const LONGEST_DEFERRAL_SECONDS = 11 * 3600;

/**
 * Time from a message's receive until it is due. [ms] A queue delays a message by whole seconds, rounded down, and by
 * 900 s at most, so a message may be received early: by less than a second, or by hours where its delay is long. Clocks
 * that jump or differ cannot make a message wait longer than its own delay.
 */
export function untilDueMs({ deliverAtMs, delayMs }: Due, receivedAtMs: number): number {
  return Math.max(0, Math.min(deliverAtMs - receivedAtMs, delayMs));
}

/** Seconds that a message is put back for when it is due in `leftMs`; undefined when it is waited for, or due. */
export function deferralSeconds(leftMs: number): number | undefined {
  if (leftMs <= LONGEST_WAIT_MS) return undefined;
  // Rounded down: a message that returns up to a second early is waited for, one that returns late is late.
  return Math.min(Math.floor(leftMs / 1000), LONGEST_DEFERRAL_SECONDS);
}

/** What {@link handleWhenDue} needs beside the messages. */
export interface DueHandling<Item> {
  readonly clock: Clock;
  /** Ends a wait. */
  readonly signal?: AbortSignal | undefined;
  readonly dueOf: (item: Item) => Due;
  /** Handles items that are due, in the order of their due times. */
  readonly handle: (due: readonly Item[]) => Promise<void>;
  /** Puts an item back into its queue for this many seconds. */
  readonly defer: (item: Item, seconds: number) => Promise<void>;
}

/**
 * Handles each item when it is due, in one call with all others due by then, and defers those due much later. This is
 * the only place where early messages are treated, whatever received them.
 *
 * @returns the items that were still waited for when the signal aborted
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
    // Rejects for an abort only.
    if (leftMs > 0) await clock.sleepMs(leftMs, signal).catch(() => {});
    if (leftMs > 0 && signal?.aborted) break;
    const monotonicMs = clock.monotonicMs();
    const dueCount = waiting.filter(({ dueAtMs }) => dueAtMs <= monotonicMs).length;
    if (dueCount > 0) await handle(waiting.splice(0, dueCount).map(({ item }) => item));
  }
  return waiting.map(({ item }) => item);
}
