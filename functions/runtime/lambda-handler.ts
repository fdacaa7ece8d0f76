import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { MessageQueue, ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import type { BatchHandler } from './batch-handler.ts';

/** AWS Lambda's signature for a function that consumes an SQS queue and reports its failed items. */
export type LambdaHandler = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>;

/**
 * Adapts a batch handler to AWS Lambda with an SQS event source mapping. The mapping deletes all messages
 * except those that the response names. A named message is delivered again after its visibility timeout,
 * which `redeliver` sets.
 *
 * @param queue The queue of the event's messages.
 * @param startupMs Time that the instance took to start, which counts as the cold start of its first batch.
 *   [ms]
 */
export function lambdaHandler(
  handle: BatchHandler,
  queue: Pick<MessageQueue, 'changeVisibility'>,
  startupMs: number,
): LambdaHandler {
  let coldStartMs = startupMs;
  return async (event, context) => {
    const kept = handle(event.Records.map(receivedMessage), {
      remainingMs: () => context.getRemainingTimeInMillis(),
      coldStartMs,
      redeliver: ({ receipt }, afterSeconds) =>
        queue.changeVisibility([receipt], afterSeconds).catch(() => {}),
    });
    coldStartMs = 0;
    return { batchItemFailures: (await kept).map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

function receivedMessage({ messageId, receiptHandle, body, attributes }: SQSRecord): ReceivedMessage {
  return {
    id: messageId,
    receipt: receiptHandle,
    body,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    sentAtMs: Number(attributes.SentTimestamp),
  };
}
