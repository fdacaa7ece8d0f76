import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { OutputError } from '#shared/errors.ts';
import { type FunctionName, type Message, parseMessage } from '#shared/protocol/message.ts';
import { traceOf } from '#shared/protocol/trace-id.ts';
import { deadLetterBody } from './dead-letter.ts';
import { handleWhenDue } from './due-time.ts';
import { type Failure, failureOf, shouldRetry } from './failure.ts';
import type { FunctionPorts } from './function-ports.ts';
import { retryDelaySeconds } from './retry-delay.ts';

/** What a function does with its messages. */
export interface BatchWork {
  /**
   * Handles those of several due messages that gain from being batched, and returns the ones that are done. Must not
   * throw: a message that fails is left out, handled by itself, and its error is reported there.
   */
  handleBatched?(messages: readonly Message[]): Promise<ReadonlySet<Message>>;
  /** Whether a batch has room for more waiting messages; asked by a consumer before the batch is handled. */
  hasRoom?(messages: readonly Message[]): Promise<boolean>;
  /** Checks what a message claims, before it is waited for or handled; throws for one that is not to be believed. */
  verify?(message: Message, received: ReceivedMessage): Promise<void>;
  /** Told of a message that was handled in vain for the last time, before it becomes a dead letter. */
  gaveUp?(message: Message, error: unknown): Promise<void>;
  /** Handles one message; throws when it fails. `coldStartMs` is how long the instance took to start for it. */
  handle(message: Message, coldStartMs: number): Promise<void>;
  /**
   * Runs once after messages were handled; when it throws, all of them are retried. The messages may be of several
   * rounds, so the work itself sets the trace of what it logs.
   */
  finish?(messages: readonly Message[]): Promise<void>;
}

export interface BatchSettings {
  readonly function: FunctionName;
  /** A message that fails on this receive or a later one becomes a dead letter. */
  readonly maxReceives: number;
  /** No message is begun with less time than this left; the rest of the batch is put back. [ms] */
  readonly reserveMs: number;
  /** Uniform in [0, 1): the jitter of retries. */
  readonly uniform: () => number;
}

/** What the receiver of a batch tells and offers to the code that handles it. */
export interface BatchContext {
  /** Time left for the batch [ms]; Infinity where nothing limits it. */
  readonly remainingMs: () => number;
  /** Time it took to start the instance that handles the batch, 0 in a warm one. */
  readonly coldStartMs: number;
  /** Ends a wait for messages that are not due yet; what is not begun is put back. */
  readonly signal?: AbortSignal;
  /**
   * Has the queue deliver a message of the batch again after this many seconds. Does not reject: when the request
   * fails, the message is delivered again after its visibility timeout.
   */
  readonly redeliver: (message: ReceivedMessage, afterSeconds: number) => Promise<void>;
}

/**
 * Handles received messages and returns the ids of those that stay in the queue, to be delivered again: failed, deferred
 * or not begun. The receiver deletes all others.
 */
export type BatchHandler = (
  messages: readonly ReceivedMessage[],
  context: BatchContext,
) => Promise<readonly string[]>;

interface ParsedMessage {
  readonly received: ReceivedMessage;
  readonly message: Message;
}

/**
 * Makes a batch handler of a function's work. Messages are handled in the order of their due times, each when it is
 * due. A failed message is retried, or becomes a dead letter with its reason: at once when the failure is permanent,
 * else on its last receive. What is logged while a message is handled carries its round's trace.
 */
export function createBatchHandler(
  settings: BatchSettings,
  ports: FunctionPorts,
  work: BatchWork,
): BatchHandler {
  return async (messages, context) => {
    const kept = new Set<string>();
    const keep = async (received: ReceivedMessage, afterSeconds: number): Promise<void> => {
      kept.add(received.id);
      await context.redeliver(received, afterSeconds);
    };
    const fail = async (received: ReceivedMessage, error: unknown, message?: Message): Promise<void> => {
      // A full disk is no message's fault: the whole batch fails, and the host reports why.
      if (error instanceof OutputError) throw error;
      const beforeDeadLetter = async (): Promise<void> => {
        if (message !== undefined) await work.gaveUp?.(message, error);
      };
      if (await givenUp(settings, ports, received, failureOf(error), beforeDeadLetter)) return;
      const { receiveCount } = received;
      // A worker that stops hands its messages to others at once.
      const isStopping = context.signal?.aborted ?? false;
      await keep(received, isStopping ? 0 : retryDelaySeconds(settings.uniform, receiveCount));
    };
    const within = (message: Message, task: () => Promise<void>): Promise<void> =>
      ports.telemetry.within({ function: settings.function, ...traceOf(message) }, task);
    const isTimeLeft = (): boolean => context.remainingMs() >= settings.reserveMs;

    const handleDue = async (due: readonly ParsedMessage[]): Promise<void> => {
      const done =
        due.length > 1 && isTimeLeft()
          ? await work.handleBatched?.(due.map(({ message }) => message))
          : undefined;
      const handled: ParsedMessage[] = [];
      for (const parsed of due) {
        const { received, message } = parsed;
        if (done?.has(message)) handled.push(parsed);
        else if (!isTimeLeft()) await keep(received, 0);
        else {
          await within(message, async () => {
            try {
              await work.handle(message, context.coldStartMs);
              handled.push(parsed);
            } catch (error) {
              await fail(received, error, message);
            }
          });
        }
      }
      if (handled.length === 0) return;
      try {
        await work.finish?.(handled.map(({ message }) => message));
      } catch (error) {
        for (const { received, message } of handled)
          await within(message, () => fail(received, error, message));
      }
    };

    const parsed: ParsedMessage[] = [];
    for (const received of messages) {
      try {
        const message = parseMessage(received.body);
        await work.verify?.(message, received);
        parsed.push({ received, message });
      } catch (error) {
        await fail(received, error);
      }
    }
    const undue = await handleWhenDue(parsed, {
      clock: ports.clock,
      signal: context.signal,
      dueOf: ({ message }) => message,
      handle: handleDue,
      defer: ({ received }, seconds) => keep(received, seconds),
    });
    for (const { received } of undue) await keep(received, 0);
    return [...kept];
  };
}

/** Reports a failure and, unless the message should be retried, makes a dead letter of it: true when that succeeded. */
async function givenUp(
  settings: BatchSettings,
  { deadLetters, clock, telemetry }: FunctionPorts,
  { id: messageId, body, receiveCount: receives }: ReceivedMessage,
  failure: Failure,
  beforeDeadLetter: () => Promise<void>,
): Promise<boolean> {
  telemetry.event('message-failed', { function: settings.function, messageId, receives, ...failure });
  if (shouldRetry(failure, receives, settings.maxReceives)) return false;
  try {
    await beforeDeadLetter();
    await deadLetters[settings.function].send([
      { body: deadLetterBody(body, failure.reason, receives), deliverAtMs: clock.nowMs() },
    ]);
    return true;
  } catch {
    // The queue's own redrive policy moves the message in the end, without the reason.
    return false;
  }
}
