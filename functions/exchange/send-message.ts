import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { queueOf } from '#shared/protocol/functions.ts';
import type { Message, MessageKind, MessageOf } from '#shared/protocol/message.ts';
import { type SealingRecord, sealedBody } from '#shared/protocol/message-seal.ts';
import type { SentKind } from '#shared/workload/message-sends.ts';

/** The part of a function's ports that sending needs. */
type SendingPorts = Pick<FunctionPorts, 'queues' | 'clock'>;

/**
 * Sends the replies to a handled message. The type of `replies` allows only the kinds that the table in
 * `shared/workload/message-sends.ts` lists for the handled kind. See {@link sendMessages}.
 */
export function sendReplies<Handled extends MessageKind>(
  ports: SendingPorts,
  record: SealingRecord,
  _handled: { readonly kind: Handled },
  replies: readonly MessageOf<SentKind<Handled>>[],
): Promise<void> {
  return sendMessages(ports, record, replies);
}

/**
 * Seals messages of a run and sends each to its queue. Sending the same message twice has no further effect,
 * because handling it twice has none. The delay that is asked of the queue is at most `delayMs`, even if the
 * clock was set back since the message was made.
 */
export async function sendMessages(
  ports: SendingPorts,
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
