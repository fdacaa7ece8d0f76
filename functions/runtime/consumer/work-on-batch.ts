import { backoffDelayMs } from '#shared/cloud/backoff.ts';
import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { AirtuneError } from '#shared/errors.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import { HeldMessages } from './held-messages.ts';
import { remainingDelay } from './remaining-delay.ts';

/** A message that is due within this time is waited for; a later one goes back into the queue. */
const WAIT_BELOW_MS = 2000;
/** The wait before a failed message is delivered again: up to 1 s after its first receipt, doubling, up to a minute. */
const REDELIVERY = { baseMs: 1000, capMs: 60_000 } as const;

interface WaitingMessage {
  readonly message: ReceivedMessage;
  readonly dueAtMs: number;
}

/**
 * Works on the messages of one receipt, each as soon as it is due, those due together as one batch: deletes what was
 * handled, returns what failed. Rejects for nothing: what could not be deleted or returned is delivered again.
 */
export async function workOnBatch(
  options: ConsumerOptions,
  batch: readonly ReceivedMessage[],
): Promise<void> {
  const { queue, clock, visibilitySeconds, signal } = options;
  const onError = (error: unknown) => report(options, 'consumer.visibility-not-extended', error);
  const held = new HeldMessages(batch, { queue, clock, visibilitySeconds, onError });
  try {
    const waiting = await putBackEarly(options, batch, held);
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      // An abort ends the wait.
      await clock.sleepUntilMs(next.dueAtMs, signal).catch(() => {});
      const nowMs = clock.nowMs();
      const count = signal.aborted
        ? waiting.length
        : waiting.filter(({ dueAtMs }) => dueAtMs <= nowMs).length;
      const messages = waiting.splice(0, count).map(({ message }) => message);
      const failed = signal.aborted ? messages : await handle(options, messages);
      held.release(messages);
      await settle(options, messages, failed);
    }
  } finally {
    await held.stop();
  }
}

/** Puts back what is due much later; the rest, in the order of its due times. */
async function putBackEarly(
  options: ConsumerOptions,
  batch: readonly ReceivedMessage[],
  held: HeldMessages,
): Promise<WaitingMessage[]> {
  const waiting: WaitingMessage[] = [];
  const nowMs = options.clock.nowMs();
  for (const message of batch) {
    const delay = remainingDelay(options.deliverAtMs(message), nowMs, WAIT_BELOW_MS);
    if (delay.kind === 'put-back') {
      held.release([message]);
      await putBack(options, message, delay.visibilitySeconds);
    } else waiting.push({ message, dueAtMs: delay.kind === 'wait' ? delay.untilMs : nowMs });
  }
  return waiting.sort((left, right) => left.dueAtMs - right.dueAtMs);
}

/** The messages that were not handled: those the handler names, or all when it throws. */
async function handle(
  options: ConsumerOptions,
  messages: readonly ReceivedMessage[],
): Promise<readonly ReceivedMessage[]> {
  try {
    const failed = new Set(await options.handleBatch(messages, options.signal));
    return messages.filter((message) => failed.has(message.id));
  } catch (error) {
    report(options, 'consumer.batch-failed', error);
    return messages;
  }
}

async function settle(
  options: ConsumerOptions,
  messages: readonly ReceivedMessage[],
  failed: readonly ReceivedMessage[],
): Promise<void> {
  const handled = messages.filter((message) => !failed.includes(message));
  try {
    await options.queue.delete(handled.map((message) => message.receipt));
  } catch (error) {
    report(options, 'consumer.not-deleted', error);
  }
  const backoff = { clock: options.clock, uniform: options.uniform, ...REDELIVERY };
  for (const message of failed) {
    // Someone else can take it at once when this process is about to end.
    const seconds = options.signal.aborted ? 0 : backoffDelayMs(backoff, message.receiveCount) / 1000;
    await putBack(options, message, seconds);
  }
}

async function putBack(
  options: ConsumerOptions,
  message: ReceivedMessage,
  visibilitySeconds: number,
): Promise<void> {
  try {
    await options.queue.changeVisibility([message.receipt], visibilitySeconds);
  } catch (error) {
    report(options, 'consumer.not-put-back', error);
  }
}

function report(options: ConsumerOptions, event: string, error: unknown): void {
  const reason = error instanceof AirtuneError ? error.line : String(error);
  options.telemetry.event(event, { queue: options.queue.name, reason });
}
