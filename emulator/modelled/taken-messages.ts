import type { Delivery } from '../assembly/cloud-assembly.ts';
import type { ModelledContext } from './modelled-context.ts';
import { indexOf, kindOf, MessageKind, roundOf } from './round-message.ts';

/** The messages of a delivery in the order of their due times, as the batch handler takes them. */
export function messagesByDueTime(context: ModelledContext, delivery: Delivery): readonly number[] {
  const queue = context.cloud.queues[delivery.function];
  const messages: number[] = [];
  for (const receipt of delivery.receipts) {
    const message = queue.body(receipt);
    if (message !== undefined) messages.push(message);
  }
  if (messages.length < 2) return messages;
  const dueMs = (message: number): number => {
    // Messages that are not for one device are due when they are received.
    if (kindOf(message) > MessageKind.Gradients) return context.simulation.nowMs;
    return context.stateOf(roundOf(message))?.dueMs[indexOf(message)] ?? 0;
  };
  return messages
    .map((message) => ({ message, dueMs: dueMs(message) }))
    .sort((left, right) => left.dueMs - right.dueMs)
    .map(({ message }) => message);
}
