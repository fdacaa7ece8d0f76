import { queueParameters } from '#emulator/parameters/queue-parameters.ts';
import { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { MessageSlots } from '#emulator/services/queue/message-slots.ts';
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
  QUEUE_LIMITS,
} from '#shared/cloud/service-limits.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import type { SelfAdvancingClock } from './self-advancing-clock.ts';

interface StoredMessage {
  readonly id: string;
  readonly text: string;
}

export interface EmulatedQueueOptions {
  readonly name: string;
  readonly clock: SelfAdvancingClock;
  /**
   * Gets messages that were received `maxReceiveCount` times and not deleted. Without it they are received
   * forever.
   */
  readonly deadLetters?: EmulatedQueue;
  readonly maxReceiveCount?: number;
}

/** Number of messages by state, as in SQS's ApproximateNumberOf... attributes. */
export interface QueueDepth {
  readonly visible: number;
  /** Sent but not yet visible for the first time. */
  readonly delayed: number;
  readonly inFlight: number;
}

/**
 * The emulator's queue as a `MessageQueue`, the port of functions and consumers, with exact virtual times.
 */
export class EmulatedQueue implements MessageQueue {
  readonly name: string;
  readonly #clock: SelfAdvancingClock;
  readonly #queue: CloudQueue<StoredMessage>;
  readonly #receivers = new Set<AbortController>();

  constructor({ name, clock, deadLetters, maxReceiveCount = 1000 }: EmulatedQueueOptions) {
    this.name = name;
    this.#clock = clock;
    this.#queue = new CloudQueue({
      simulation: clock.simulation,
      parameters: queueParameters.parse({
        visibilitySeconds: QUEUE_LIMITS.maxVisibilitySeconds,
        maxReceiveCount,
      }),
      messages: new MessageSlots({ id: '', text: '' }),
      random: randomStream(0, 'fault', 3),
      ...(deadLetters === undefined
        ? {}
        : { deadLetter: (message: StoredMessage) => deadLetters.#store(message, clock.nowMs()) }),
    });
    this.#queue.onAvailable(() => {
      for (const receiver of this.#receivers) receiver.abort();
    });
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const message of messages) checkOutgoing(this.name, message);
    for (const { body, deliverAtMs } of messages) {
      const id = `${this.name}-${this.#queue.counts.sent + 1}`;
      this.#store({ id, text: body }, deliverAtMs);
    }
  }

  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    checkReceiveOptions(this.name, options);
    const deadlineMs = this.#clock.nowMs() + options.waitSeconds * 1000;
    for (;;) {
      if (options.signal?.aborted) return [];
      const received = this.receiveNow(options.maxMessages, options.visibilitySeconds);
      if (received.length > 0 || this.#clock.nowMs() >= deadlineMs) return received;
      await this.#messageOr(deadlineMs, options.signal);
    }
  }

  async delete(receipts: readonly string[]): Promise<void> {
    this.#clock.runDue();
    for (const receipt of receipts) this.#queue.delete(Number(receipt));
  }

  async changeVisibility(receipts: readonly string[], visibilitySeconds: number): Promise<void> {
    checkVisibility(this.name, visibilitySeconds);
    this.#clock.runDue();
    for (const receipt of receipts) this.#queue.changeVisibility(Number(receipt), visibilitySeconds * 1000);
  }

  /** `receive` without waiting, in one step. */
  receiveNow(maxMessages: number, visibilitySeconds: number): readonly ReceivedMessage[] {
    this.#clock.runDue();
    const receipts: number[] = [];
    this.#queue.receive(maxMessages, receipts);
    const messages = receipts.flatMap((receipt) => {
      const body = this.#queue.body(receipt);
      const attributes = this.#queue.attributes(receipt);
      if (body === undefined || attributes === undefined) return [];
      return [{ id: body.id, body: body.text, receipt: String(receipt), ...attributes }];
    });
    // Set after all receives, so that with a visibility timeout of 0 no message is received twice in one
    // call.
    for (const receipt of receipts) this.#queue.changeVisibility(receipt, visibilitySeconds * 1000);
    return messages;
  }

  depth(): QueueDepth {
    this.#clock.runDue();
    const { visible, inFlight } = this.#queue;
    const { sent, deleted, deadLettered } = this.#queue.counts;
    return { visible, inFlight, delayed: sent - deleted - deadLettered - visible - inFlight };
  }

  #store(message: StoredMessage, deliverAtMs: number): void {
    this.#queue.send(message, this.#clock.nowMs(), deliverAtMs);
  }

  /** Resolves at the given time, when a message becomes visible, or when the signal aborts. */
  async #messageOr(timeMs: number, signal: AbortSignal | undefined): Promise<void> {
    const receiver = new AbortController();
    const wake = () => receiver.abort();
    this.#receivers.add(receiver);
    signal?.addEventListener('abort', wake, { once: true });
    try {
      await this.#clock.sleepMs(timeMs - this.#clock.nowMs(), receiver.signal);
    } catch (error) {
      if (!receiver.signal.aborted) throw error;
    } finally {
      this.#receivers.delete(receiver);
      signal?.removeEventListener('abort', wake);
    }
  }
}
