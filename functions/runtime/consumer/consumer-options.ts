import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { MessageQueue, ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import type { Telemetry } from '#shared/cloud/ports/telemetry.ts';

/** Has the queue deliver a message in hand again after this many seconds. Does not reject. */
export type Redeliver = (message: ReceivedMessage, afterSeconds: number) => Promise<void>;

export interface ConsumerOptions {
  readonly queue: MessageQueue;
  readonly clock: Clock;
  readonly telemetry: Pick<Telemetry, 'event'>;
  /** Uniform in [0, 1): the jitter of every wait. Processes beside each other must not share a sequence. */
  readonly uniform: () => number;
  /**
   * Handles messages and returns the ids of those that stay in the queue, for which it has called `redeliver`; the
   * others are deleted. When it throws, all stay. After the signal aborts it should come to an end.
   */
  readonly handleBatch: (
    messages: readonly ReceivedMessage[],
    redeliver: Redeliver,
  ) => Promise<readonly string[]>;
  /** Messages of one receive, 1 to 10. */
  readonly maxMessages: number;
  /**
   * Whether to receive more, given the messages in hand, before they are handled; asked after a full receive. Never,
   * when not given.
   */
  readonly wantsMore?: (messages: readonly ReceivedMessage[]) => Promise<boolean>;
  /** Long polling, 0 to 20 s. Stopping takes up to this long: see {@link consumeQueue}. */
  readonly waitSeconds: number;
  /** How long a message stays hidden if this process dies; while it is handled, the time is extended. */
  readonly visibilitySeconds: number;
  /** Ends the loop after the batch in hand. */
  readonly signal: AbortSignal;
}
