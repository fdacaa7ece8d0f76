import { ConfigError, ServiceError } from '#shared/errors.ts';
import type { OutgoingMessage, ReceiveOptions } from './ports/queue.ts';

/** What SQS allows; every queue adapter keeps to it, so that a run in memory meets the limits of a run in the cloud. */
export const QUEUE_LIMITS = {
  /** The bodies of one message, and of one batch of messages, in UTF-8. */
  maxMessageBytes: 1_048_576,
  /** The same for endpoints that know no larger messages, as SQS did until August 2025. */
  smallMessageBytes: 262_144,
  maxBatchEntries: 10,
  maxDelaySeconds: 900,
  maxVisibilitySeconds: 43_200,
  maxWaitSeconds: 20,
} as const;

/** Objects one S3 DeleteObjects request may name, and the longest key in bytes. */
export const OBJECT_LIMITS = { maxDeleteKeys: 1000, maxKeyBytes: 1024 } as const;

/** The size of a message's body as the queue counts it, in UTF-8 bytes. */
export function messageBytes(message: OutgoingMessage): number {
  return Buffer.byteLength(message.body, 'utf8');
}

/** Throws a ServiceError for a body that the queue would not take: empty, or above its limit, 1 MiB by default. */
export function checkOutgoing(
  queueName: string,
  message: OutgoingMessage,
  maxMessageBytes: number = QUEUE_LIMITS.maxMessageBytes,
): void {
  const bytes = messageBytes(message);
  if (bytes > 0 && bytes <= maxMessageBytes) return;
  throw new ServiceError(
    bytes === 0
      ? 'a message has an empty body.'
      : `a message of ${bytes} bytes is above the limit of ${maxMessageBytes}.`,
    { subject: `queue ${queueName}`, remedy: 'Put what it carries into the object store and send the key.' },
  );
}

/** Throws a ConfigError for receive options outside the ranges the port states. */
export function checkReceiveOptions(queueName: string, options: ReceiveOptions): void {
  checkRange(queueName, 'maxMessages', options.maxMessages, 1, QUEUE_LIMITS.maxBatchEntries);
  checkRange(queueName, 'waitSeconds', options.waitSeconds, 0, QUEUE_LIMITS.maxWaitSeconds);
  checkVisibility(queueName, options.visibilitySeconds);
}

/** Throws a ConfigError for a visibility timeout outside 0 to 43,200 s. */
export function checkVisibility(queueName: string, visibilitySeconds: number): void {
  checkRange(queueName, 'visibilitySeconds', visibilitySeconds, 0, QUEUE_LIMITS.maxVisibilitySeconds);
}

function checkRange(queueName: string, option: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new ConfigError(`${option} is ${value}, expected ${low} to ${high}.`, {
    subject: `queue ${queueName}`,
    remedy: `Choose a value from ${low} to ${high}.`,
  });
}
