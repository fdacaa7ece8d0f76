import { ConfigError, ServiceError } from '#shared/errors.ts';
import type { OutgoingMessage, ReceiveOptions } from './ports/queue.ts';

/**
 * Limits of SQS. Every queue adapter enforces them, so that runs in memory meet the same limits as runs in
 * the cloud.
 */
export const QUEUE_LIMITS = {
  /** Total size of the bodies of one message, and of one batch of messages, in UTF-8. */
  maxMessageBytes: 1_048_576,
  /** The same for endpoints that accept no larger messages, as SQS did until August 2025. */
  smallMessageBytes: 262_144,
  maxBatchEntries: 10,
  maxDelaySeconds: 900,
  maxVisibilitySeconds: 43_200,
  maxWaitSeconds: 20,
} as const;

/** Limits of S3. */
export const OBJECT_LIMITS = {
  /** Objects in one DeleteObjects request. */
  maxDeleteKeys: 1000,
  maxKeyBytes: 1024,
  /** Size of an object that is written with one request. */
  maxPutBytes: 5 * 2 ** 30,
} as const;

/**
 * Checks the size of an object before it is sent to S3, or to an endpoint of its protocol: some of these
 * accept more, others answer a request of this size with a closed connection.
 *
 * @throws ServiceError for an object above 5 GiB.
 */
export function checkObjectSize(subject: string, bytes: number): void {
  if (bytes <= OBJECT_LIMITS.maxPutBytes) return;
  throw new ServiceError(`has ${bytes} bytes; S3 takes ${OBJECT_LIMITS.maxPutBytes} in one request.`, {
    subject,
    remedy:
      'Use a smaller model or data set. --set model.bitsPerWeight=16 halves the stored size of a model.',
  });
}

/** Size of a message's body in UTF-8, as the queue counts it. [bytes] */
export function messageBytes(message: OutgoingMessage): number {
  return Buffer.byteLength(message.body, 'utf8');
}

/**
 * Checks the size of a message.
 *
 * @throws ServiceError for a body that is empty or above the queue's limit, 1 MiB by default.
 */
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
    { subject: `queue ${queueName}`, remedy: 'Put its payload into the object store and send the key.' },
  );
}

/**
 * Checks receive options against the ranges that the port states.
 *
 * @throws ConfigError for a value outside its range.
 */
export function checkReceiveOptions(queueName: string, options: ReceiveOptions): void {
  checkRange(queueName, 'maxMessages', options.maxMessages, 1, QUEUE_LIMITS.maxBatchEntries);
  checkRange(queueName, 'waitSeconds', options.waitSeconds, 0, QUEUE_LIMITS.maxWaitSeconds);
  checkVisibility(queueName, options.visibilitySeconds);
}

/**
 * Checks a visibility timeout.
 *
 * @throws ConfigError for a value outside 0 to 43,200 s.
 */
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
