import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { type Message, receiverOf } from '#shared/protocol/message.ts';

/** Sends each message to the queue of the function that it is for. Sending a message twice is harmless. */
export async function sendMessages(ports: FunctionPorts, messages: readonly Message[]): Promise<void> {
  const byReceiver = Map.groupBy(messages, (message) => receiverOf(message.kind));
  for (const [receiver, group] of byReceiver) {
    await ports.queues[receiver].send(
      group.map((message) => ({ body: JSON.stringify(message), deliverAtMs: message.deliverAtMs })),
    );
  }
}
