import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { queueOf } from '#shared/protocol/functions.ts';
import type { Message } from '#shared/protocol/message.ts';
import { type SealingRecord, sealedBody } from '#shared/protocol/message-seal.ts';

/**
 * Seals messages of a run and sends each to its queue. Sending a message twice is harmless.
 * The requested delay never exceeds the message's own delay, because the time of day may have jumped since
 * the message was made.
 */
export async function sendMessages(
  ports: Pick<FunctionPorts, 'queues' | 'clock'>,
  record: SealingRecord,
  messages: readonly Message[],
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const byQueue = Map.groupBy(messages, (message) => queueOf(message.kind));
  for (const [queue, group] of byQueue) {
    await ports.queues[queue].send(
      group.map((message) => ({
        body: sealedBody(record, message),
        deliverAtMs: Math.min(message.deliverAtMs, nowMs + message.delayMs),
      })),
    );
  }
}
