import { failureWithout } from '#functions/exchange/end-run.ts';
import type { CloudPorts } from '#functions/runtime/environment.ts';
import { AirtuneError, ProtocolError } from '#shared/errors.ts';
import { QUEUE_NAMES, QUEUES } from '#shared/protocol/functions.ts';
import { type Message, parseMessage } from '#shared/protocol/message.ts';
import { requireSeal } from '#shared/protocol/message-seal.ts';
import type { Failure } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { type ListedDeadLetter, withDeadLetters } from './dead-letters.ts';

/** State of a run that waits for a message. */
export interface WaitingRun {
  readonly record: RunRecord;
  readonly epoch: number;
  /** Number of committed rounds. */
  readonly committedRounds: number;
  /** Whether the test after this many rounds is stored. */
  readonly isTested: (rounds: number) => boolean;
}

const ESSENTIAL_QUEUES = QUEUE_NAMES.filter((queue) => QUEUES[queue].essential);

/**
 * Looks in the dead-letter queues for an essential message that a run waits for. Usually the function that
 * gives up such a message stores the failure of the run. When the function crashes or runs out of time at
 * each receive, SQS moves the message without a stored failure.
 *
 * @returns the failure by the first such message; undefined if there is none
 * @throws ServiceError if the queues do not respond.
 */
export async function failureByLostMessage(
  ports: Pick<CloudPorts, 'deadLetters' | 'clock'>,
  run: WaitingRun,
): Promise<Failure | undefined> {
  const lost: Failure[] = [];
  await withDeadLetters(
    ports,
    run.record.run,
    (letters) => {
      for (const letter of letters) {
        const message = essentialMessage(letter, run);
        if (message === undefined) continue;
        const error = new ProtocolError(letter.reason, {
          remedy: 'See the log of its function, which ended or ran out of time at each receive.',
        });
        lost.push(failureWithout(message, error));
      }
    },
    ESSENTIAL_QUEUES,
  );
  return lost[0];
}

/** The message of a letter if a function of this epoch made it, and the run still waits for its effect. */
function essentialMessage({ body }: ListedDeadLetter, run: WaitingRun): Message | undefined {
  try {
    const message = parseMessage(body);
    requireSeal(run.record, body);
    const isOver =
      message.kind === 'evaluate' ? run.isTested(message.round) : message.round < run.committedRounds;
    return message.epoch === run.epoch && !isOver ? message : undefined;
  } catch (error) {
    // A forged message does not end a run.
    if (error instanceof AirtuneError) return undefined;
    throw error;
  }
}
