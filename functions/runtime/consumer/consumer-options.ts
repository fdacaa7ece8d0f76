import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { MessageQueue, ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import type { Telemetry } from '#shared/cloud/ports/telemetry.ts';

export interface ConsumerOptions {
  readonly queue: MessageQueue;
  readonly clock: Clock;
  readonly telemetry: Pick<Telemetry, 'event'>;
  /** Uniform in [0, 1): the jitter of every wait. Processes beside each other must not share a sequence. */
  readonly uniform: () => number;
  /** When the message is due; the queue may deliver it earlier. Must not throw: 0 for what cannot be read. */
  readonly deliverAtMs: (message: ReceivedMessage) => number;
  /**
   * Works on messages that are due and answers with the ids of those that failed; when it throws, all have. After the
   * signal aborts it should come to an end, and may name what it did not get to as failed.
   */
  readonly handleBatch: (
    messages: readonly ReceivedMessage[],
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /** Messages to take at once, 1 to 10. */
  readonly maxMessages: number;
  /**
   * Whether to take more, given what is in hand, before the work begins; asked when as many came as may be taken at once.
   * Never, when not given.
   */
  readonly wantsMore?: (messages: readonly ReceivedMessage[]) => Promise<boolean>;
  /** Long polling, 0 to 20 s. Stopping takes up to this long: see {@link consumeQueue}. */
  readonly waitSeconds: number;
  /** How long a message stays hidden if this process dies; while it works, the time is extended. */
  readonly visibilitySeconds: number;
  /** Ends the loop: what is being handled is finished, what is waited for is put back at once. */
  readonly signal: AbortSignal;
}
