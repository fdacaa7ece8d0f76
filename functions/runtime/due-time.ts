import type { Clock } from '#shared/cloud/ports/clock.ts';

/** A message due within this time is waited for; one due later goes back into its queue. [ms] */
export const LONGEST_WAIT_MS = 1_500;

/**
 * The longest time that a message is put back for. SQS hides a message for 12 h from its receive at most; the hour
 * below that is for the time between the receive and the request. [s]
 */
export const LONGEST_DEFERRAL_SECONDS = 11 * 3600;

/** What to do with a received message. */
export type DueTime =
  | { readonly kind: 'due' }
  /** Due soon: wait for it. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  /** Due later: hide it in its queue for this many whole seconds, then receive it again. */
  | { readonly kind: 'defer'; readonly seconds: number };

/**
 * Compares a message's due time with the present. A queue delays a message by whole seconds, rounded down, and by 900 s
 * at most, so a message may be received early: by less than a second, or by hours where its delay is long.
 */
export function dueTime(deliverAtMs: number, nowMs: number): DueTime {
  const leftMs = deliverAtMs - nowMs;
  if (leftMs <= 0) return { kind: 'due' };
  if (leftMs <= LONGEST_WAIT_MS) return { kind: 'wait', untilMs: deliverAtMs };
  // Rounded down: a message that returns up to a second early is waited for, one that returns late is late.
  return { kind: 'defer', seconds: Math.min(Math.floor(leftMs / 1000), LONGEST_DEFERRAL_SECONDS) };
}

/** What {@link handleWhenDue} needs beside the messages. */
export interface DueHandling<Item> {
  readonly clock: Clock;
  /** Ends a wait. */
  readonly signal?: AbortSignal | undefined;
  readonly deliverAtMs: (item: Item) => number;
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
  { clock, signal, deliverAtMs, handle, defer }: DueHandling<Item>,
): Promise<readonly Item[]> {
  const nowMs = clock.nowMs();
  const waiting: { readonly item: Item; readonly dueAtMs: number }[] = [];
  for (const item of items) {
    const due = dueTime(deliverAtMs(item), nowMs);
    if (due.kind === 'defer') await defer(item, due.seconds);
    else waiting.push({ item, dueAtMs: deliverAtMs(item) });
  }
  waiting.sort((left, right) => left.dueAtMs - right.dueAtMs);
  while (waiting.length > 0) {
    // Rejects for an abort only.
    await clock.sleepUntilMs(waiting[0].dueAtMs, signal).catch(() => {});
    const presentMs = clock.nowMs();
    const dueCount = waiting.filter(({ dueAtMs }) => dueAtMs <= presentMs).length;
    if (dueCount === 0) break;
    await handle(waiting.splice(0, dueCount).map(({ item }) => item));
  }
  return waiting.map(({ item }) => item);
}
