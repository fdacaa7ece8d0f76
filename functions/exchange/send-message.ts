import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { type Message, receiverOf } from '#shared/protocol/message.ts';
import { type SealingRecord, sealedBody } from '#shared/protocol/message-seal.ts';

/**
 * Seals messages of a run and sends each to the queue of the function that it is for. Sending a message twice is
 * harmless. No queue is asked for more than a message's own delay: the time of day may have jumped since it was made.
 */
export async function sendMessages(
  ports: Pick<FunctionPorts, 'queues' | 'clock'>,
  record: SealingRecord,
  messages: readonly Message[],
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const byReceiver = Map.groupBy(messages, (message) => receiverOf(message.kind));
  for (const [receiver, group] of byReceiver) {
    await ports.queues[receiver].send(
      group.map((message) => ({
        body: sealedBody(record, message),
        deliverAtMs: Math.min(message.deliverAtMs, nowMs + message.delayMs),
      })),
    );
  }
}
