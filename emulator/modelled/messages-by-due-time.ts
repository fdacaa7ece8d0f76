import type { Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import type { ModelledContext } from './modelled-context.ts';
import { indexOf, kindOf, MessageKind, roundOf } from './round-message.ts';

/** The messages of a delivery in the order of their due times, as the batch handler processes them. */
export function messagesByDueTime(context: ModelledContext, delivery: Delivery): readonly number[] {
  const queue = context.cloud.queues[delivery.queue];
  const messages: number[] = [];
  if (delivery.receipts.length === 1) {
    const only = queue.body(delivery.receipts[0]);
    if (only !== undefined) messages.push(only);
    return messages;
  }
  let inOrder = true;
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const receipt of delivery.receipts) {
    const message = queue.body(receipt);
    if (message === undefined) continue;
    messages.push(message);
    const dueMs = dueMsOf(context, message);
    if (dueMs < latestMs) inOrder = false;
    latestMs = dueMs;
  }
  // The usual case: a queue delivers messages in the order in which they are due.
  if (inOrder) return messages;
  return messages
    .map((message) => ({ message, dueMs: dueMsOf(context, message) }))
    .sort((left, right) => left.dueMs - right.dueMs)
    .map(({ message }) => message);
}

function dueMsOf({ simulation, book }: ModelledContext, message: number): number {
  // Messages that do not concern one device are due when received.
  if (kindOf(message) > MessageKind.Gradients) return simulation.nowMs;
  const state = book.stateOf(roundOf(message));
  // Late messages of a closed round come first, in the order in which they were received.
  return state === undefined || state.closed ? 0 : state.account.dueMs(indexOf(message));
}
