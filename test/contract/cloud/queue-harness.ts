import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { MessageQueue, ReceivedMessage } from '#shared/cloud/ports/queue.ts';

/** One adapter under test. */
export interface QueueHarness {
  readonly clock: Clock;
  /**
   * How long before `deliverAtMs` a message may be received: 0, or the second that SQS rounds delays down by.
   */
  readonly earlyMs: number;
  /** Makes a new empty queue for each test. */
  createQueue(): Promise<MessageQueue>;
  createQueueWithDeadLetters(
    maxReceiveCount: number,
  ): Promise<{ readonly queue: MessageQueue; readonly deadLetters: MessageQueue }>;
  stop(): Promise<void>;
}

/** Tolerance for timers and servers, which round to whole milliseconds in different ways. */
export const CLOCK_GRAIN_MS = 5;

export const patient = { maxMessages: 10, waitSeconds: 10, visibilitySeconds: 30 } as const;
export const impatient = { maxMessages: 10, waitSeconds: 0, visibilitySeconds: 30 } as const;

/** Receives until this many messages have arrived; deletes none. */
export async function receiveCount(queue: MessageQueue, count: number): Promise<ReceivedMessage[]> {
  const received: ReceivedMessage[] = [];
  while (received.length < count) {
    const batch = await queue.receive(patient);
    if (batch.length === 0) throw new Error(`${received.length} of ${count} messages arrived.`);
    received.push(...batch);
  }
  return received;
}

export async function receiveOne(queue: MessageQueue, visibilitySeconds = 30): Promise<ReceivedMessage> {
  const [message] = await queue.receive({ maxMessages: 1, waitSeconds: 10, visibilitySeconds });
  if (message === undefined) throw new Error('No message arrived.');
  return message;
}

export const bodies = (messages: readonly ReceivedMessage[]) =>
  messages.map((message) => message.body).sort();
export const receipts = (messages: readonly ReceivedMessage[]) => messages.map((message) => message.receipt);
