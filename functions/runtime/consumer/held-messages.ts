import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { MessageQueue, ReceivedMessage } from '#shared/cloud/ports/queue.ts';

export interface HeldMessagesOptions {
  readonly queue: MessageQueue;
  readonly clock: Clock;
  readonly visibilitySeconds: number;
  /** Told of an extension that failed; the message may then be delivered a second time. */
  readonly onError: (error: unknown) => void;
}

/** Messages in this process's hands, kept hidden from other receivers while they are handled. */
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

  /** The message is no longer in hand: its visibility timeout is not extended again. */
  release(message: ReceivedMessage): void {
    this.#receipts.delete(message.receipt);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#beating;
  }

  /** Twice in every visibility timeout, so that one extension may fail or be late. */
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
