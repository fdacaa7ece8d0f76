import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { type Message, receiverOf } from '#shared/protocol/message.ts';

/** Puts messages into the queues of the functions that they are for. Sending the same message twice is harmless. */
export async function sendMessages(ports: FunctionPorts, messages: readonly Message[]): Promise<void> {
  const byReceiver = Map.groupBy(messages, (message) => receiverOf(message.kind));
  for (const [receiver, group] of byReceiver) {
    await ports.queues[receiver].send(
      group.map((message) => ({ body: JSON.stringify(message), deliverAtMs: message.deliverAtMs })),
    );
  }
}
