import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { MessageQueue, ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import type { Telemetry } from '#shared/cloud/ports/telemetry.ts';

/** Makes the queue deliver a claimed message again after this many seconds. Does not reject. */
export type Redeliver = (message: ReceivedMessage, afterSeconds: number) => Promise<void>;

/** Options of {@link consumeQueue}. */
export interface ConsumerOptions {
  readonly queue: MessageQueue;
  readonly clock: Clock;
  readonly telemetry: Pick<Telemetry, 'event'>;
  /** Uniform in [0, 1), for the jitter of all waits. Concurrent processes must not share a sequence. */
  readonly uniform: () => number;
  /**
   * Handles messages and returns the ids of the messages that stay in the queue; it must have called
   * `redeliver` for them. All other messages are deleted. When it throws, all messages stay. It should return
   * soon after the signal aborts.
   */
  readonly handleBatch: (
    messages: readonly ReceivedMessage[],
    redeliver: Redeliver,
  ) => Promise<readonly string[]>;
  /** Maximum messages of one receive, 1 to 10. */
  readonly maxMessages: number;
  /**
   * Called after a receive that returned `maxMessages`: whether to receive more before the messages so far
   * are handled. Without it, one receive makes a batch.
   */
  readonly wantsMore?: (messages: readonly ReceivedMessage[]) => Promise<boolean>;
  /** Duration of a long poll, 0 to 20 s. Stopping takes up to this long: see {@link consumeQueue}. */
  readonly waitSeconds: number;
  /**
   * Visibility timeout: if this process dies, its messages stay hidden this long. It is extended while a
   * message is handled.
   */
  readonly visibilitySeconds: number;
  /** Ends the loop after the current batch. */
  readonly signal: AbortSignal;
}
