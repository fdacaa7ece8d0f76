import { type Backoff, backoffDelayMs } from '#shared/cloud/backoff.ts';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';
import type { BatchHandler } from './batch-handler.ts';

/**
 * Lets failed messages come again after a wait that grows with their receipts, with jitter. Behind an event source
 * mapping they would otherwise stay hidden for the queue's whole visibility timeout, six times the function's own.
 */
export function withRetryDelays(
  handle: BatchHandler,
  queue: Pick<MessageQueue, 'changeVisibility'>,
  backoff: Backoff,
): BatchHandler {
  return async (event, context) => {
    const response = await handle(event, context);
    const failed = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const waits = event.Records.filter(({ messageId }) => failed.has(messageId)).map(async (record) => {
      const receives = Number(record.attributes.ApproximateReceiveCount);
      const seconds = Math.ceil(backoffDelayMs(backoff, receives) / 1000);
      // When it cannot be said, the message comes again all the same, only later.
      await queue.changeVisibility([record.receiptHandle], seconds).catch(() => {});
    });
    await Promise.all(waits);
    return response;
  };
}
