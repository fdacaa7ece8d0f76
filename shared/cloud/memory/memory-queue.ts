import type { Clock } from '#shared/cloud/ports/clock.ts';
import type {
  MessageQueue,
  OutgoingMessage,
  ReceivedMessage,
  ReceiveOptions,
} from '#shared/cloud/ports/queue.ts';
import { checkOutgoing, checkReceiveOptions, checkVisibility } from '#shared/cloud/service-limits.ts';
import { type StoredMessage, VisibilitySchedule } from './visibility-schedule.ts';
import { WaitingReceivers } from './waiting-receivers.ts';

/** Where messages go that were received too often without being deleted. */
export interface DeadLetterTarget {
  readonly queue: MemoryQueue;
  /** A message received this often goes to the queue instead of being received once more; 1 or more. */
  readonly maxReceiveCount: number;
}

export interface MemoryQueueOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly deadLetter?: DeadLetterTarget;
  /** Called whenever a message is given a (new) time from which it can be received: an event loop polls then. */
  readonly onScheduled?: (visibleAtMs: number) => void;
}

/** Messages by state, as SQS's ApproximateNumberOf... attributes count them. */
export interface QueueDepth {
  readonly visible: number;
  /** Sent, and not yet due for the first time. */
  readonly delayed: number;
  readonly inFlight: number;
}

/**
 * A message queue in memory, with exact delays, visibility timeouts, receive counts and a dead-letter queue. Messages
 * are received in the order in which they become visible, equal times in the order of sending (or of being put back).
 * Runs on any clock; under a virtual one, a receiver that waits is one sleeper of that clock.
 */
export class MemoryQueue implements MessageQueue {
  readonly name: string;
  readonly #clock: Clock;
  readonly #deadLetter: DeadLetterTarget | undefined;
  readonly #onScheduled: (visibleAtMs: number) => void;
  readonly #schedule = new VisibilitySchedule();
  readonly #messages = new Map<string, StoredMessage>();
  readonly #waiting: WaitingReceivers;
  #sent = 0;

  constructor(options: MemoryQueueOptions) {
    this.name = options.name;
    this.#clock = options.clock;
    this.#deadLetter = options.deadLetter;
    this.#onScheduled = options.onScheduled ?? (() => {});
    this.#waiting = new WaitingReceivers(options.clock);
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const message of messages) checkOutgoing(this.name, message);
    const nowMs = this.#clock.nowMs();
    for (const { body, deliverAtMs } of messages) {
      this.#sent += 1;
      this.#store(
        { id: `${this.name}-${this.#sent}`, body, sentAtMs: nowMs },
        0,
        Math.max(nowMs, deliverAtMs),
      );
    }
  }

  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    checkReceiveOptions(this.name, options);
    const deadlineMs = this.#clock.nowMs() + options.waitSeconds * 1000;
    for (;;) {
      if (options.signal?.aborted) return [];
      const taken = this.takeVisible(options.maxMessages, options.visibilitySeconds);
      if (taken.length > 0 || this.#clock.nowMs() >= deadlineMs) return taken;
      await this.#waiting.wait(Math.min(deadlineMs, this.nextVisibleAtMs() ?? deadlineMs), options.signal);
    }
  }

  async delete(receipts: readonly string[]): Promise<void> {
    for (const receipt of receipts) {
      const message = this.#held(receipt);
      if (message === undefined) continue;
      message.deleted = true;
      this.#messages.delete(message.id);
    }
  }

  async changeVisibility(receipts: readonly string[], visibilitySeconds: number): Promise<void> {
    checkVisibility(this.name, visibilitySeconds);
    const nowMs = this.#clock.nowMs();
    for (const receipt of receipts) {
      const message = this.#held(receipt);
      // After its visibility timeout the message is no longer this receiver's to hide.
      if (message !== undefined && message.visibleAtMs > nowMs) {
        this.#reschedule(message, nowMs + visibilitySeconds * 1000);
      }
    }
  }

  /** `receive` without waiting, in one step: what is visible now, hidden from others for this long. */
  takeVisible(maxMessages: number, visibilitySeconds: number): readonly ReceivedMessage[] {
    const nowMs = this.#clock.nowMs();
    const taken: StoredMessage[] = [];
    while (taken.length < maxMessages) {
      const message = this.#schedule.takeVisible(nowMs);
      if (message === undefined) break;
      if (this.#deadLetter !== undefined && message.receiveCount >= this.#deadLetter.maxReceiveCount) {
        this.#messages.delete(message.id);
        this.#deadLetter.queue.#store(message, message.receiveCount, nowMs);
        continue;
      }
      message.receiveCount += 1;
      taken.push(message);
    }
    // Only now, so that with a visibility timeout of 0 none is taken twice at once.
    for (const message of taken) this.#reschedule(message, nowMs + visibilitySeconds * 1000);
    return taken.map(({ id, body, receiveCount, sentAtMs }) => {
      return { id, body, receiveCount, sentAtMs, receipt: `${id}#${receiveCount}` };
    });
  }

  /** When the next message can be received (a time in the past: now); undefined when the queue is empty. */
  nextVisibleAtMs(): number | undefined {
    return this.#schedule.nextVisibleAtMs();
  }

  depth(): QueueDepth {
    const nowMs = this.#clock.nowMs();
    const all = [...this.#messages.values()];
    const hidden = all.filter((message) => message.visibleAtMs > nowMs);
    const delayed = hidden.filter((message) => message.receiveCount === 0).length;
    return { visible: all.length - hidden.length, delayed, inFlight: hidden.length - delayed };
  }

  #store(
    { id, body, sentAtMs }: Pick<StoredMessage, 'id' | 'body' | 'sentAtMs'>,
    receiveCount: number,
    visibleAtMs: number,
  ): void {
    const message = { id, body, sentAtMs, receiveCount, visibleAtMs, scheduling: 0, deleted: false };
    this.#messages.set(id, message);
    this.#reschedule(message, visibleAtMs);
  }

  #reschedule(message: StoredMessage, visibleAtMs: number): void {
    this.#schedule.schedule(message, visibleAtMs);
    this.#onScheduled(visibleAtMs);
    this.#waiting.wakeAt(visibleAtMs);
  }

  /** The message a receipt stands for, while that receipt is the message's latest. */
  #held(receipt: string): StoredMessage | undefined {
    const split = receipt.lastIndexOf('#');
    const message = this.#messages.get(receipt.slice(0, split));
    return message !== undefined && receipt.slice(split + 1) === String(message.receiveCount)
      ? message
      : undefined;
  }
}
