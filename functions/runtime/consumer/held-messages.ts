import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { MessageQueue, ReceivedMessage } from '#shared/cloud/ports/queue.ts';

/** Options of {@link HeldMessages}. */
export interface HeldMessagesOptions {
  readonly queue: MessageQueue;
  readonly clock: Clock;
  readonly visibilitySeconds: number;
  /** Called when an extension fails; the message may then be received a second time. */
  readonly onError: (error: unknown) => void;
}

/**
 * Claimed messages. Their visibility timeouts are extended while they are handled, so that no other consumer
 * receives them.
 */
export class HeldMessages {
  readonly #options: HeldMessagesOptions;
  readonly #receipts: Set<string>;
  readonly #stop = new AbortController();
  readonly #beating: Promise<void>;

  constructor(messages: readonly ReceivedMessage[], options: HeldMessagesOptions) {
    this.#options = options;
    this.#receipts = new Set(messages.map((message) => message.receipt));
    this.#beating = this.#beat();
  }

  /** Ends the extensions of this message's visibility timeout. */
  release(message: ReceivedMessage): void {
    this.#receipts.delete(message.receipt);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#beating;
  }

  /** Extends the timeouts twice in every visibility timeout, so that one extension may fail or be late. */
  async #beat(): Promise<void> {
    const { queue, clock, visibilitySeconds, onError } = this.#options;
    for (;;) {
      try {
        await clock.sleepMs(visibilitySeconds * 500, this.#stop.signal);
        await queue.changeVisibility([...this.#receipts], visibilitySeconds);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        onError(error);
      }
    }
  }
}
