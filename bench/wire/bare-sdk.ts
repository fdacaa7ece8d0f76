import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Sends, receives and deletes these bodies with minimal code on the SDK. */
export type Transport = (bodies: readonly string[]) => Promise<void>;

/** Transport with one message per request. */
export function oneByOne(sqs: SQSClient, QueueUrl: string): Transport {
  return async (bodies) => {
    for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    for (let left = bodies.length; left > 0; ) {
      const messages = await receive(sqs, QueueUrl, 1);
      for (const { ReceiptHandle } of messages) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      left -= messages.length;
    }
  };
}

/**
 * Transport with ten messages per request and concurrent sends in `lanes` lanes: airtune's adapter without
 * checks.
 */
export function inBatches(sqs: SQSClient, QueueUrl: string, lanes: number): Transport {
  return async (bodies) => {
    let next = 0;
    const lane = async () => {
      for (let start = next; start < bodies.length; start = next) {
        next += 10;
        const batch = bodies.slice(start, start + 10);
        await sqs.send(
          new SendMessageBatchCommand({
            QueueUrl,
            Entries: batch.map((MessageBody, index) => ({ Id: String(index), MessageBody, DelaySeconds: 0 })),
          }),
        );
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    for (let left = bodies.length; left > 0; ) {
      const messages = await receive(sqs, QueueUrl, 10);
      await sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
      left -= messages.length;
    }
  };
}

async function receive(sqs: SQSClient, QueueUrl: string, maxMessages: number): Promise<readonly Message[]> {
  const answer = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: maxMessages,
      WaitTimeSeconds: 5,
      VisibilityTimeout: 60,
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    }),
  );
  return answer.Messages ?? [];
}
