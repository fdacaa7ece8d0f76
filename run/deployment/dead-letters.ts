import { parseDeadLetter } from '#functions/runtime/dead-letter.ts';
import type { CloudPorts } from '#functions/runtime/environment.ts';
import { QUEUE_NAMES, type QueueName } from '#shared/protocol/functions.ts';

/** A message that could not be processed, hidden from other receivers while it is listed. */
export interface ListedDeadLetter {
  /** The queue that the message was sent to. */
  readonly queue: QueueName;
  readonly reason: string;
  readonly receives: number;
  /** The message as it was sent. */
  readonly body: string;
  readonly receipt: string;
}

/** Maximum time for which listed letters are hidden from other listings. */
const HOLD_SECONDS = 300;
const BATCH = 10;
/** Maximum number of letters of one queue in a listing; SQS hides at most 120,000 messages at once. */
const MOST_LETTERS = 100_000;
/** Largest assumed difference between the clocks of this machine and of the queues. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Reads the dead letters of a deployment, or of one run, in batches. Letters are hidden during the call, and
 * visible again afterwards unless `use` has deleted them.
 *
 * The call ends for any backlog: it stops at a batch that has only letters that were received before (their
 * visibility timeout has expired) or that are newer than its start, and after 100,000 letters of a queue.
 *
 * @param use Called with each batch of letters.
 * @param names The queues whose letters are listed; all by default.
 * @returns The number of letters given to `use`.
 */
export async function withDeadLetters(
  { deadLetters, clock }: Pick<CloudPorts, 'deadLetters' | 'clock'>,
  run: string | undefined,
  use: (letters: readonly ListedDeadLetter[]) => Promise<void> | void,
  names: readonly QueueName[] = QUEUE_NAMES,
): Promise<number> {
  const newFromMs = clock.nowMs() + CLOCK_SKEW_MS;
  let count = 0;
  for (const name of names) {
    const queue = deadLetters[name];
    /** The latest receipt of each letter, by its id. */
    const held = new Map<string, string>();
    try {
      while (held.size < MOST_LETTERS) {
        const batch = await queue.receive({
          maxMessages: BATCH,
          waitSeconds: 1,
          visibilitySeconds: HOLD_SECONDS,
        });
        const fresh = batch.filter(({ id, sentAtMs }) => !held.has(id) && sentAtMs < newFromMs);
        for (const { id, receipt } of batch) held.set(id, receipt);
        if (fresh.length === 0) break;
        const letters = fresh
          .map(({ body, receipt }) => ({ queue: name, receipt, ...parseDeadLetter(body) }))
          .filter(({ body }) => run === undefined || runOf(body) === run);
        count += letters.length;
        if (letters.length > 0) await use(letters);
      }
    } finally {
      await queue.changeVisibility([...held.values()], 0);
    }
  }
  return count;
}

/** Sends dead letters back to their queues, then deletes them, so that a failure in between loses none. */
export async function redrive(
  { queues, deadLetters, clock }: Pick<CloudPorts, 'queues' | 'deadLetters' | 'clock'>,
  letters: readonly ListedDeadLetter[],
): Promise<void> {
  for (const name of QUEUE_NAMES) {
    const own = letters.filter((letter) => letter.queue === name);
    await queues[name].send(own.map(({ body }) => ({ body, deliverAtMs: clock.nowMs() })));
    await deadLetters[name].delete(own.map(({ receipt }) => receipt));
  }
}

/** Run, kind, round and device of a message; `-` for a field that cannot be read. */
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

/** The fields of a message; none if it is not JSON. */
function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
