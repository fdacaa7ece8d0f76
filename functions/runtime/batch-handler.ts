import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { OutputError, ProtocolError } from '#shared/errors.ts';
import { QUEUES, type QueueName, queueOf } from '#shared/protocol/functions.ts';
import { reportEvent } from '#shared/protocol/log-events.ts';
import { type Message, parseMessage } from '#shared/protocol/message.ts';
import { traceOf } from '#shared/protocol/trace-id.ts';
import { deadLetterBody } from './dead-letter.ts';
import { handleWhenDue } from './due-time.ts';
import { failureOf, type HandlingFailure, shouldRetry } from './failure.ts';
import type { FunctionPorts } from './function-ports.ts';
import { retryDelaySeconds } from './retry-delay.ts';

/** The work of a function on its messages. */
export interface BatchWork {
  /**
   * Handles the messages that are faster when batched, and returns the finished ones. Must not throw: a
   * message that fails is left out of the result. It is then handled alone, and that call reports its error.
   */
  handleBatched?(messages: readonly Message[]): Promise<ReadonlySet<Message>>;
  /** Whether a batch has room for more messages; a consumer asks this before it handles the batch. */
  hasRoom?(messages: readonly Message[]): Promise<boolean>;
  /** Checks the contents of a message before the wait for its due time; throws when they cannot be right. */
  verify?(message: Message, received: ReceivedMessage): Promise<void>;
  /**
   * Called before a message becomes a dead letter: after the failure of its last receive, or a permanent
   * failure.
   */
  gaveUp?(message: Message, error: unknown): Promise<void>;
  /**
   * Handles one message; throws when it fails. `coldStartMs` is the time that the instance took to start for
   * this batch, 0 for a warm one.
   */
  handle(message: Message, coldStartMs: number): Promise<void>;
  /**
   * Runs once after messages were handled; when it throws, all of them count as failed. The messages may
   * belong to several rounds, so this method sets the trace of its log records itself.
   */
  finish?(messages: readonly Message[]): Promise<void>;
}

/** Settings of a batch handler, for one queue of a function. */
export interface BatchSettings {
  /** The queue that the messages come from. */
  readonly queue: QueueName;
  /** A message that fails on this receive or a later one becomes a dead letter. */
  readonly maxReceives: number;
  /**
   * With less time than this left, no further message is begun; the remaining messages return to the queue.
   * [ms]
   */
  readonly reserveMs: number;
  /** Uniform in [0, 1), for the jitter of retries. */
  readonly uniform: () => number;
}

/** Data and calls that the host provides with each batch. */
export interface BatchContext {
  /** Time left for the batch; Infinity without a limit. [ms] */
  readonly remainingMs: () => number;
  /** Time that the instance took to start, 0 for a warm one. [ms] */
  readonly coldStartMs: number;
  /** Ends the wait for messages that are not due yet. Messages that were not begun return to the queue. */
  readonly signal?: AbortSignal;
  /**
   * Makes the queue deliver a message of the batch again after this many seconds. Does not reject: when the
   * request fails, the message is delivered again after its visibility timeout.
   */
  readonly redeliver: (message: ReceivedMessage, afterSeconds: number) => Promise<void>;
}

/**
 * Handles received messages and returns the ids of the messages that stay in the queue: failed, deferred or
 * not begun. The caller deletes all others.
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
 * Creates the batch handler of a function. Messages are handled in the order of their due times, each when it
 * is due. A permanent failure makes a message a dead letter at once; another failure is retried until the
 * last receive, and then makes it a dead letter too. The dead letter holds the reason. Log records that are
 * made while a message is handled carry the trace of its round.
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
      // An OutputError, for example a full disk, is not caused by a message: the whole batch fails, and the
      // host reports the error.
      if (error instanceof OutputError) throw error;
      const beforeDeadLetter = async (): Promise<void> => {
        if (message !== undefined) await work.gaveUp?.(message, error);
      };
      if (await givenUp(settings, ports, received, failureOf(error), beforeDeadLetter)) return;
      const { receiveCount } = received;
      // When a worker stops, its messages become visible to other workers at once.
      const isStopping = context.signal?.aborted ?? false;
      await keep(received, isStopping ? 0 : retryDelaySeconds(settings.uniform, receiveCount));
    };
    const within = (message: Message, task: () => Promise<void>): Promise<void> =>
      ports.telemetry.within({ function: QUEUES[settings.queue].function, ...traceOf(message) }, task);
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
    const verify = async (received: ReceivedMessage, message: Message): Promise<void> => {
      try {
        requireQueue(message, settings.queue);
        await work.verify?.(message, received);
        parsed.push({ received, message });
      } catch (error) {
        await fail(received, error);
      }
    };
    for (const received of messages) {
      let message: Message;
      try {
        message = parseMessage(received.body);
      } catch (error) {
        await fail(received, error);
        continue;
      }
      await within(message, () => verify(received, message));
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

/**
 * Reports a failure. Unless the message is retried, sends it to the dead-letter queue.
 *
 * @returns true when the dead letter was sent.
 */
async function givenUp(
  settings: BatchSettings,
  { deadLetters, clock, telemetry }: FunctionPorts,
  { id: messageId, body, receiveCount: receives }: ReceivedMessage,
  failure: HandlingFailure,
  beforeDeadLetter: () => Promise<void>,
): Promise<boolean> {
  reportEvent(telemetry, 'message-failed', {
    function: QUEUES[settings.queue].function,
    messageId,
    receives,
    ...failure,
  });
  if (shouldRetry(failure, receives, settings.maxReceives)) return false;
  try {
    await beforeDeadLetter();
    await deadLetters[settings.queue].send([
      { body: deadLetterBody(body, failure.reason, receives), deliverAtMs: clock.nowMs() },
    ]);
    return true;
  } catch {
    // The message stays in its queue. The queue's redrive policy eventually moves it to the dead-letter
    // queue, without a reason.
    return false;
  }
}

/**
 * Throws unless messages of this kind belong in the queue. Without this check, a sender with access to one
 * queue could send messages of every kind.
 */
function requireQueue({ kind }: Message, queue: QueueName): void {
  if (queueOf(kind) === queue) return;
  throw new ProtocolError(`${kind} is not for queue ${queue}.`, { subject: 'message' });
}
