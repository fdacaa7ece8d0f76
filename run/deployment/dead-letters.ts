import { parseDeadLetter } from '#functions/runtime/dead-letter.ts';
import type { CloudPorts } from '#functions/runtime/environment.ts';
import { FUNCTION_NAMES } from '#shared/protocol/functions.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

/** A message that could not be processed, in hand of whoever lists it. */
export interface ListedDeadLetter {
  readonly function: FunctionName;
  readonly reason: string;
  readonly receives: number;
  /** The message as it was sent. */
  readonly body: string;
  readonly receipt: string;
}

/** How long listed letters are hidden from another listing, at most. */
const HOLD_SECONDS = 60;
const BATCH = 10;

/**
 * Every dead letter of a deployment, or those of one run. They are taken in hand for the time of `use`, and lie there
 * again when it returns unless it deleted them.
 */
export async function withDeadLetters<T>(
  { deadLetters }: Pick<CloudPorts, 'deadLetters'>,
  run: string | undefined,
  use: (letters: readonly ListedDeadLetter[]) => Promise<T>,
): Promise<T> {
  const held: ListedDeadLetter[] = [];
  try {
    for (const name of FUNCTION_NAMES) {
      for (;;) {
        const batch = await deadLetters[name].receive({
          maxMessages: BATCH,
          waitSeconds: 1,
          visibilitySeconds: HOLD_SECONDS,
        });
        if (batch.length === 0) break;
        for (const { body, receipt } of batch) {
          held.push({ function: name, receipt, ...parseDeadLetter(body) });
        }
      }
    }
    return await use(held.filter(({ body }) => run === undefined || runOf(body) === run));
  } finally {
    for (const name of FUNCTION_NAMES) {
      const receipts = held.filter((letter) => letter.function === name).map(({ receipt }) => receipt);
      await deadLetters[name].changeVisibility(receipts, 0);
    }
  }
}

/** Sends dead letters to the queues they came from, each before it is deleted here: sent twice is harmless, lost is not. */
export async function redrive(
  { queues, deadLetters, clock }: Pick<CloudPorts, 'queues' | 'deadLetters' | 'clock'>,
  letters: readonly ListedDeadLetter[],
): Promise<void> {
  for (const name of FUNCTION_NAMES) {
    const own = letters.filter((letter) => letter.function === name);
    await queues[name].send(own.map(({ body }) => ({ body, deliverAtMs: clock.nowMs() })));
    await deadLetters[name].delete(own.map(({ receipt }) => receipt));
  }
}

/** What a person wants to know of a message, as far as it can be read. */
export function describeBody(body: string): Readonly<Record<'run' | 'kind' | 'round' | 'device', string>> {
  const fields = fieldsOf(body);
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '-';
  };
  return { run: text('run'), kind: text('kind'), round: text('round'), device: text('device') };
}

function runOf(body: string): unknown {
  return fieldsOf(body).run;
}

/** The fields of a message that may be of no known kind at all: that may be why it lies here. */
function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
