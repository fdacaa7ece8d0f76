import { retryDelaySeconds } from '#functions/runtime/retry-delay.ts';
import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { AirtuneError } from '#shared/errors.ts';
import { type LogEventName, reportEvent } from '#shared/protocol/log-events.ts';
import type { ConsumerOptions, Redeliver } from './consumer-options.ts';
import { HeldMessages } from './held-messages.ts';

/**
 * Handles received messages, keeps them hidden from other consumers meanwhile, and deletes the finished ones.
 * Does not reject: a message whose deletion or return fails is delivered again.
 */
export async function handleHeld(
  options: ConsumerOptions,
  messages: readonly ReceivedMessage[],
): Promise<void> {
  const { queue, clock, visibilitySeconds } = options;
  const onError = (error: unknown) => report(options, 'consumer.visibility-not-extended', error);
  const held = new HeldMessages(messages, { queue, clock, visibilitySeconds, onError });
  const redeliver: Redeliver = async (message, afterSeconds) => {
    held.release(message);
    try {
      await queue.changeVisibility([message.receipt], afterSeconds);
    } catch (error) {
      report(options, 'consumer.not-put-back', error);
    }
  };
  try {
    const kept = new Set(await idsToKeep(options, messages, redeliver));
    await queue.delete(messages.filter(({ id }) => !kept.has(id)).map(({ receipt }) => receipt));
  } catch (error) {
    report(options, 'consumer.not-deleted', error);
  } finally {
    await held.stop();
  }
}

/** Ids of the messages that stay in the queue: the ids that the handler returns, or all when it throws. */
async function idsToKeep(
  { handleBatch, uniform, signal, ...options }: ConsumerOptions,
  messages: readonly ReceivedMessage[],
  redeliver: Redeliver,
): Promise<readonly string[]> {
  try {
    return await handleBatch(messages, redeliver);
  } catch (error) {
    report(options, 'consumer.batch-failed', error);
    for (const message of messages) {
      // When this process is about to end, other consumers may claim the message at once.
      await redeliver(message, signal.aborted ? 0 : retryDelaySeconds(uniform, message.receiveCount));
    }
    return messages.map(({ id }) => id);
  }
}

function report(
  { queue, telemetry }: Pick<ConsumerOptions, 'queue' | 'telemetry'>,
  event: Exclude<Extract<LogEventName, `consumer.${string}`>, 'consumer.queue-unreachable'>,
  error: unknown,
): void {
  const reason = error instanceof AirtuneError ? error.line : String(error);
  reportEvent(telemetry, event, { queue: queue.name, reason });
}
