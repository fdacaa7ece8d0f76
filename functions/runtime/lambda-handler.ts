import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { MessageQueue, ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import type { BatchHandler } from './batch-handler.ts';

/** AWS Lambda's signature for a function behind a queue that reports failed items only. */
export type LambdaHandler = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>;

/**
 * Adapts a batch handler to AWS Lambda behind an SQS event source mapping. The mapping deletes every message that the
 * response does not name; a named one is delivered again when its visibility timeout, set here, has passed.
 *
 * @param queue the queue that the event's messages are from
 * @param startupMs how long the instance took to start; charged to its first batch
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
