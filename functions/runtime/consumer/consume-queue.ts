import { backoffDelayMs } from '#shared/cloud/backoff.ts';
import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { AirtuneError } from '#shared/errors.ts';
import { reportEvent } from '#shared/protocol/log-events.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import { handleHeld } from './handle-held.ts';

/** Limits of the wait before the next request to a queue that throttled or did not respond. */
const RECONNECT = { baseMs: 200, capMs: 15_000 } as const;

/**
 * Receives and handles messages, one batch after another, until the signal aborts. Several consumers handle
 * several batches at the same time. While the queue throttles or does not respond, receiving is retried
 * without limit, with jittered waits.
 *
 * A pending receive is not aborted: the queue could send messages to the closed connection, and would then
 * hide them for the whole visibility timeout.
 *
 * @throws the error of a receive when a retry cannot help: no credentials, no such queue.
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
      reportEvent(options.telemetry, 'consumer.queue-unreachable', fields);
      // An abort ends the wait; the loop then ends too.
      await clock.sleepMs(retryInMs, signal).catch(() => {});
    }
  }
}

/** Receives further messages as long as each receive returns `maxMessages` and `wantsMore` returns true. */
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
    // The messages received so far are still handled; the next receive reports the error.
  }
  return batch;
}
