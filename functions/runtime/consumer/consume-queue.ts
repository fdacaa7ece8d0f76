import { backoffDelayMs } from '#shared/cloud/backoff.ts';
import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { AirtuneError } from '#shared/errors.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import { handleHeld } from './handle-held.ts';

/** Between attempts to reach a queue that throttles or does not answer. */
const RECONNECT = { baseMs: 200, capMs: 15_000 } as const;

/**
 * Receives messages and handles them, one batch after another, until the signal aborts; run several consumers for more
 * at once. While the queue throttles or does not answer, it waits with jitter and retries without limit. Rejects with the
 * error when a retry cannot help: no credentials, no such queue.
 *
 * A receive that is under way is not aborted: the queue could send messages to the closed connection and hide them for
 * the whole visibility timeout.
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
      if (batch.length > 0) await handleHeld(options, await filledUp(options, batch));
    } catch (error) {
      if (!(error instanceof AirtuneError && error.retryable)) throw error;
      failures += 1;
      const retryInMs = backoffDelayMs(backoff, failures);
      const fields = { queue: queue.name, reason: error.line, failures, retryInMs };
      options.telemetry.event('consumer.queue-unreachable', fields);
      // An abort ends the wait, and then the loop.
      await clock.sleepMs(retryInMs, signal).catch(() => {});
    }
  }
}

/** Receives more while receives are full and more is wanted. */
async function filledUp(
  { queue, maxMessages, visibilitySeconds, wantsMore, signal }: ConsumerOptions,
  first: readonly ReceivedMessage[],
): Promise<readonly ReceivedMessage[]> {
  const batch = [...first];
  let isFull = first.length === maxMessages;
  try {
    while (isFull && !signal.aborted && (await wantsMore?.(batch))) {
      const more = await queue.receive({ maxMessages, visibilitySeconds, waitSeconds: 0 });
      batch.push(...more);
      isFull = more.length === maxMessages;
    }
  } catch {
    // The messages in hand are handled all the same; the next receive reports the error.
  }
  return batch;
}
