import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { AirtuneError, OutputError } from '#shared/errors.ts';
import { type FunctionName, type Message, parseMessage } from '#shared/protocol/message.ts';
import { traceOf } from '#shared/protocol/trace-id.ts';
import { deadLetterBody } from './dead-letter.ts';
import type { FunctionPorts } from './function-ports.ts';

/** What a function does with its messages. */
export interface BatchWork {
  /**
   * Works on those of a batch's due messages that gain from being worked on together, and returns which are done. The
   * others are handled one by one, and what is wrong with one is said there: this does not throw.
   */
  together?(messages: readonly Message[]): Promise<ReadonlySet<Message>>;
  /** Whether a batch leaves room for more messages that wait; asked by who consumes a queue, before the work begins. */
  hasRoom?(messages: readonly Message[]): Promise<boolean>;
  /** Works on one message; throws when it could not. `coldStartMs` is how long the instance took to start for it. */
  handle(message: Message, coldStartMs: number): Promise<void>;
  /**
   * What is left to do once for all messages that were handled; when it throws, all of them come again. They may be of
   * several rounds: whose trace a record belongs to is for the work to say.
   */
  finish?(messages: readonly Message[]): Promise<void>;
}

/** What a batch needs to know of the invocation it runs in; a part of Lambda's context. */
export interface InvocationContext {
  readonly getRemainingTimeInMillis: () => number;
  /** Time it took to make the instance that the invocation runs in, 0 in a warm one. */
  readonly coldStartMs?: number;
}

/** AWS Lambda's signature for a function behind a queue that reports failed items only. */
export type BatchHandler = (event: SQSEvent, context: InvocationContext) => Promise<SQSBatchResponse>;

export interface BatchSettings {
  readonly function: FunctionName;
  /** After this many receipts a message that still fails is a dead letter. */
  readonly maxReceives: number;
  /** Work is not begun with less time than this left; what remains of the batch is put back. */
  readonly reserveMs: number;
}

interface DueMessage {
  readonly record: SQSRecord;
  readonly message: Message;
}

/** A message due within this time is waited for; a queue's delays are whole seconds, so a part of one may remain. */
const LONGEST_WAIT_MS = 1_500;

/**
 * Makes a Lambda function of a function's work. Messages are taken in the order of their due times. One that comes
 * too early is waited for or delayed again, one that can never be processed becomes a dead letter with its reason,
 * and any other failure is reported, for the queue to deliver that message again. What is logged while a message is
 * worked on carries its round's trace.
 */
export function createBatchHandler(
  settings: BatchSettings,
  ports: FunctionPorts,
  work: BatchWork,
): BatchHandler {
  const within = <T>(message: Message, task: () => Promise<T>): Promise<T> =>
    ports.telemetry.within({ function: settings.function, ...traceOf(message) }, task);
  return async (event, context) => {
    const failed = new Set<string>();
    const handled: DueMessage[] = [];
    const attempt = async (record: SQSRecord, task: () => Promise<void> | void): Promise<void> => {
      try {
        await task();
      } catch (error) {
        if (await mustComeAgain(settings, ports, record, error)) failed.add(record.messageId);
      }
    };

    const due: DueMessage[] = [];
    for (const record of event.Records) {
      await attempt(record, () => {
        due.push({ record, message: parseMessage(record.body) });
      });
    }
    due.sort((left, right) => left.message.deliverAtMs - right.message.deliverAtMs);
    const done = await doneTogether(
      work,
      ports,
      due,
      context.getRemainingTimeInMillis() >= settings.reserveMs,
    );
    for (const item of due) {
      if (done.has(item.message)) {
        handled.push(item);
        continue;
      }
      if (context.getRemainingTimeInMillis() < settings.reserveMs) {
        failed.add(item.record.messageId);
        continue;
      }
      await within(item.message, () =>
        attempt(item.record, async () => {
          if (await delayedAgain(settings, ports, item)) return;
          await work.handle(item.message, context.coldStartMs ?? 0);
          handled.push(item);
        }),
      );
    }
    const [first] = handled;
    if (first !== undefined && work.finish !== undefined) {
      try {
        await work.finish(handled.map(({ message }) => message));
      } catch (error) {
        for (const { record, message } of handled) {
          const again = () => mustComeAgain(settings, ports, record, error);
          if (await within(message, again)) failed.add(record.messageId);
        }
      }
    }
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

async function doneTogether(
  work: BatchWork,
  { clock }: FunctionPorts,
  due: readonly DueMessage[],
  isTimeLeft: boolean,
): Promise<ReadonlySet<Message>> {
  const nowMs = clock.nowMs();
  const messages = due.map(({ message }) => message).filter(({ deliverAtMs }) => deliverAtMs <= nowMs);
  if (work.together === undefined || messages.length < 2 || !isTimeLeft) return new Set();
  return work.together(messages);
}

/** Waits out what remains of a message's delay; a long remainder is delayed again by sending the message anew. */
async function delayedAgain(
  settings: BatchSettings,
  { queues, clock }: FunctionPorts,
  { record, message }: DueMessage,
): Promise<boolean> {
  const remainingMs = message.deliverAtMs - clock.nowMs();
  if (remainingMs > LONGEST_WAIT_MS) {
    await queues[settings.function].send([{ body: record.body, deliverAtMs: message.deliverAtMs }]);
    return true;
  }
  if (remainingMs > 0) await clock.sleepUntilMs(message.deliverAtMs);
  return false;
}

/** True when the queue shall deliver the message again; false once it is a dead letter. */
async function mustComeAgain(
  settings: BatchSettings,
  { deadLetters, clock, telemetry }: FunctionPorts,
  record: SQSRecord,
  error: unknown,
): Promise<boolean> {
  // A disk that is full is no message's fault: the invocation fails, and whoever runs it sees why.
  if (error instanceof OutputError) throw error;
  const reason = error instanceof AirtuneError ? error.line : String(error);
  const receives = Number(record.attributes.ApproximateReceiveCount);
  // What is wrong with a message, a stored object or a setting is still wrong next time; a service may recover.
  const hopeless = error instanceof AirtuneError && !error.retryable && error.kind !== 'service';
  const { messageId } = record;
  telemetry.event('message-failed', { function: settings.function, messageId, receives, reason, hopeless });
  if (!hopeless && receives < settings.maxReceives) return true;
  try {
    await deadLetters[settings.function].send([
      { body: deadLetterBody(record.body, reason, receives), deliverAtMs: clock.nowMs() },
    ]);
    return false;
  } catch {
    // The queue's own redrive policy still moves the message, if without the reason.
    return true;
  }
}
