import type { SQSEvent } from 'aws-lambda';
import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';

/** Received messages in the form in which AWS Lambda hands them to a function, for those who run functions themselves. */
export function sqsEvent(queueName: string, messages: readonly ReceivedMessage[]): SQSEvent {
  return {
    Records: messages.map((message) => ({
      messageId: message.id,
      receiptHandle: message.receipt,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        SentTimestamp: String(message.sentAtMs),
        SenderId: 'airtune',
        ApproximateFirstReceiveTimestamp: String(message.sentAtMs),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:local:000000000000:${queueName}`,
      awsRegion: 'local',
    })),
  };
}
