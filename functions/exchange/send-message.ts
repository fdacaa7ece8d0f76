import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { type Message, receiverOf } from '#shared/protocol/message.ts';

/**
 * Sends each message to the queue of the function that it is for. Sending a message twice is harmless. No queue is asked
 * for more than a message's own delay: the time of day may have jumped since the message was made.
 */
export async function sendMessages(ports: FunctionPorts, messages: readonly Message[]): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const byReceiver = Map.groupBy(messages, (message) => receiverOf(message.kind));
  for (const [receiver, group] of byReceiver) {
    await ports.queues[receiver].send(
      group.map((message) => ({
        body: JSON.stringify(message),
        deliverAtMs: Math.min(message.deliverAtMs, nowMs + message.delayMs),
      })),
    );
  }
}
