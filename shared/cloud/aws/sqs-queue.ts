import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import type {
  MessageQueue,
  OutgoingMessage,
  ReceivedMessage,
  ReceiveOptions,
} from '#shared/cloud/ports/queue.ts';
import {
  checkOutgoing,
  checkReceiveOptions,
  checkVisibility,
  messageBytes,
  QUEUE_LIMITS,
} from '#shared/cloud/service-limits.ts';
import type { AirtuneError } from '#shared/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { isAbort, serviceError } from './aws-errors.ts';
import { type FailedEntry, requestInBatches } from './sqs-batches.ts';

/** What SQS answers for a receipt whose message is gone or has become someone else's. */
const NO_LONGER_HELD = [
  'ReceiptHandleIsInvalid',
  'AWS.SimpleQueueService.ReceiptHandleIsInvalid',
  'MessageNotInflight',
  'AWS.SimpleQueueService.MessageNotInflight',
  'InvalidParameterValue',
  'InvalidParameterValueException',
];

/**
 * A queue of SQS or of any endpoint that speaks its protocol. Delays and visibility timeouts are whole seconds there:
 * a delay is rounded down and cut at 900 s (the receiver waits out the rest), a visibility timeout is rounded up.
 */
export class SqsQueue implements MessageQueue {
  readonly name: string;
  readonly #clients: AwsClients;
  readonly #queueUrl: string;
  readonly #clock: Clock;
  readonly #maxMessageBytes: number;

  /** @param maxMessageBytes of one message, and of one batch of messages */
  constructor(clients: AwsClients, queueUrl: string, maxMessageBytes: number = QUEUE_LIMITS.maxMessageBytes) {
    this.#maxMessageBytes = maxMessageBytes;
    this.name = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
    this.#clients = clients;
    this.#queueUrl = queueUrl;
    this.#clock = clients.backoff.clock;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const message of messages) checkOutgoing(this.name, message, this.#maxMessageBytes);
    // Fixed here: while requests are retried, the time of day may jump.
    const nowMs = this.#clock.nowMs();
    const calledMs = this.#clock.monotonicMs();
    await this.#inBatches(messages, messageBytes, [], async (batch) => {
      const sinceCallMs = this.#clock.monotonicMs() - calledMs;
      const answer = await this.#clients.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: batch.map(({ body, deliverAtMs }, index) => ({
            Id: String(index),
            MessageBody: body,
            DelaySeconds: delaySeconds(deliverAtMs - nowMs - sinceCallMs),
          })),
        }),
      );
      return answer.Failed ?? [];
    });
  }

  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    checkReceiveOptions(this.name, options);
    if (options.signal?.aborted) return [];
    try {
      const answer = await this.#clients.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#queueUrl,
          MaxNumberOfMessages: options.maxMessages,
          WaitTimeSeconds: Math.ceil(options.waitSeconds),
          VisibilityTimeout: Math.ceil(options.visibilitySeconds),
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
        }),
        options.signal === undefined ? {} : { abortSignal: options.signal },
      );
      return (answer.Messages ?? []).map(receivedMessage);
    } catch (error) {
      if (options.signal?.aborted && isAbort(error)) return [];
      throw this.#error(error);
    }
  }

  async delete(receipts: readonly string[]): Promise<void> {
    await this.#inBatches(receipts, noBytes, NO_LONGER_HELD, async (batch) => {
      const answer = await this.#clients.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: batch.map((receipt, index) => ({ Id: String(index), ReceiptHandle: receipt })),
        }),
      );
      return answer.Failed ?? [];
    });
  }

  async changeVisibility(receipts: readonly string[], visibilitySeconds: number): Promise<void> {
    checkVisibility(this.name, visibilitySeconds);
    await this.#inBatches(receipts, noBytes, NO_LONGER_HELD, async (batch) => {
      const answer = await this.#clients.sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: batch.map((receipt, index) => ({
            Id: String(index),
            ReceiptHandle: receipt,
            VisibilityTimeout: Math.ceil(visibilitySeconds),
          })),
        }),
      );
      return answer.Failed ?? [];
    });
  }

  #inBatches<Item>(
    items: readonly Item[],
    sizeOf: (item: Item) => number,
    ignoredCodes: readonly string[],
    request: (batch: readonly Item[]) => Promise<readonly FailedEntry[]>,
  ): Promise<void> {
    const toError = (error: unknown) => this.#error(error);
    return requestInBatches(items, {
      subject: this.#subject,
      backoff: this.#clients.backoff,
      sizeOf,
      maxBatchBytes: this.#maxMessageBytes,
      ignoredCodes,
      request,
      toError,
    });
  }

  get #subject(): string {
    return `queue ${this.name} at ${this.#clients.target}`;
  }

  #error(error: unknown): AirtuneError {
    return serviceError(this.#subject, error);
  }
}

/** The whole seconds of a delay that SQS can hold a message back for. */
export function delaySeconds(delayMs: number): number {
  return Math.min(Math.max(Math.floor(delayMs / 1000), 0), QUEUE_LIMITS.maxDelaySeconds);
}

function noBytes(): number {
  return 0;
}

function receivedMessage(message: Message): ReceivedMessage {
  return {
    id: message.MessageId ?? '',
    body: message.Body ?? '',
    receipt: message.ReceiptHandle ?? '',
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    sentAtMs: Number(message.Attributes?.SentTimestamp ?? 0),
  };
}
