import type { SQSEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import type { BatchHandler } from '#functions/runtime/batch-handler.ts';
import { lambdaHandler } from '#functions/runtime/lambda-handler.ts';

const context = { getRemainingTimeInMillis: () => 1000 };

/** An event of an event source mapping, in Lambda's format. */
function sqsEvent(...ids: readonly string[]): SQSEvent {
  return {
    Records: ids.map((messageId, index) => ({
      messageId,
      receiptHandle: `receipt of ${messageId}`,
      body: `body of ${messageId}`,
      attributes: {
        ApproximateReceiveCount: String(index + 1),
        SentTimestamp: '1700000000000',
        SenderId: 'AROAEXAMPLE',
        ApproximateFirstReceiveTimestamp: '1700000000100',
      },
      messageAttributes: {},
      md5OfBody: '098f6bcd4621d373cade4e832627b4f6',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:device',
      awsRegion: 'eu-west-1',
    })),
  };
}

/** A queue that records changed visibility timeouts by receipt. */
function notingQueue() {
  const hidden: [string, number][] = [];
  const queue = {
    changeVisibility: async (receipts: readonly string[], seconds: number) => {
      for (const receipt of receipts) hidden.push([receipt, seconds]);
    },
  };
  return { hidden, queue };
}

it('hands the messages over as any receiver does, with the time that is left', async () => {
  const handle: BatchHandler = async (messages, { remainingMs }) => {
    expect(messages).toEqual([
      {
        id: 'a',
        receipt: 'receipt of a',
        body: 'body of a',
        receiveCount: 1,
        sentAtMs: 1_700_000_000_000,
      },
      {
        id: 'b',
        receipt: 'receipt of b',
        body: 'body of b',
        receiveCount: 2,
        sentAtMs: 1_700_000_000_000,
      },
    ]);
    expect(remainingMs()).toBe(1000);
    return [];
  };
  const response = await lambdaHandler(handle, notingQueue().queue, 0)(sqsEvent('a', 'b'), context);
  expect(response).toEqual({ batchItemFailures: [] });
});

it("reports the messages that stay in the queue, after hiding them for the handler's delay", async () => {
  const handle: BatchHandler = async ([, second, third], { redeliver }) => {
    await redeliver(second, 8);
    await redeliver(third, 0);
    return [second.id, third.id];
  };
  const { hidden, queue } = notingQueue();
  const response = await lambdaHandler(handle, queue, 0)(sqsEvent('a', 'b', 'c'), context);
  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'c' }] });
  expect(hidden).toEqual([
    ['receipt of b', 8],
    ['receipt of c', 0],
  ]);
});

it('reports the messages that stay even if the queue does not respond', async () => {
  const queue = { changeVisibility: () => Promise.reject(new Error('away')) };
  const handle: BatchHandler = async ([message], { redeliver }) => {
    await redeliver(message, 1);
    return [message.id];
  };
  const response = await lambdaHandler(handle, queue, 0)(sqsEvent('a'), context);
  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
});

it('charges the start of the instance to its first batch, whether that succeeds or not', async () => {
  const coldStarts: number[] = [];
  const handle = lambdaHandler(
    async (_messages, { coldStartMs }) => {
      coldStarts.push(coldStartMs);
      throw new Error('as planned');
    },
    notingQueue().queue,
    250,
  );
  await expect(handle(sqsEvent('a'), context)).rejects.toThrow('as planned');
  await expect(handle(sqsEvent('a'), context)).rejects.toThrow('as planned');
  expect(coldStarts).toEqual([250, 0]);
});
