import { AirtuneError } from '../../errors.ts';
import { backoffDelayMs } from '../backoff.ts';
import type { Clock } from '../ports/clock.ts';
import type { MessageQueue, ReceivedMessage } from '../ports/queue.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { workOnBatch } from './work-on-batch.ts';

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
  /** Long polling, 0 to 20 s. Stopping takes up to this long: see {@link consumeQueue}. */
  readonly waitSeconds: number;
  /** How long a message stays hidden if this process dies; while it works, the time is extended. */
  readonly visibilitySeconds: number;
  /** Ends the loop: what is being handled is finished, what is waited for is put back at once. */
  readonly signal: AbortSignal;
}

/** Between attempts to reach a queue that throttles or does not answer. */
const RECONNECT = { baseMs: 200, capMs: 15_000 } as const;

/**
 * Receives messages and works on them, one batch after another, until the signal aborts; run several beside each other
 * for more at once. Waits with jitter while the queue throttles or does not answer, for as long as that takes. Rejects
 * with the error when a retry cannot help: no credentials, no such queue.
 *
 * A receive that is under way is waited for, also after the abort: hung up on, the queue could hand messages to a
 * connection that nobody reads, and hide them for the whole visibility timeout.
 */
export async function consumeQueue(options: ConsumerOptions): Promise<void> {
  const { queue, clock, signal } = options;
  const backoff = { clock, uniform: options.uniform, ...RECONNECT };
  let failures = 0;
  while (!signal.aborted) {
    try {
      const { maxMessages, visibilitySeconds, waitSeconds } = options;
      const batch = await queue.receive({ maxMessages, visibilitySeconds, waitSeconds });
      failures = 0;
      if (batch.length > 0) await workOnBatch(options, batch);
    } catch (error) {
      if (!(error instanceof AirtuneError && error.retryable)) throw error;
      failures += 1;
      const retryInMs = backoffDelayMs(backoff, failures);
      const fields = { queue: queue.name, reason: error.line, failures, retryInMs };
      options.telemetry.event('consumer.queue-unreachable', fields);
      // An abort ends the wait, and then the loop.
      await clock.sleepUntilMs(clock.nowMs() + retryInMs, signal).catch(() => {});
    }
  }
}
