import { PluginError } from '#shared/errors.ts';
import { isReturnedRecord } from './returned-numbers.ts';

/** Some of the rows that a plug-in returns; the last part is `done`. */
export interface Rows {
  readonly rows: readonly unknown[];
  readonly done: boolean;
}

/** Most rows of a part, and the time after which a part ends [ms]. A row of images may take megabytes. */
const MOST_ROWS = 64;
const MOST_MS = 250;

/**
 * A function that reads an iterable in parts. Its first call with arguments starts the iteration; each call
 * returns the next rows. A part ends early when rows are slow, so that a time limit applies to every row.
 */
export function nextRows(
  start: (args: readonly unknown[]) => unknown,
): (args: readonly unknown[]) => Promise<Rows> {
  let open: AsyncIterator<unknown> | undefined;
  return async (args) => {
    open ??= iteratorOf(await start(args));
    const rows: unknown[] = [];
    const startMs = performance.now();
    while (rows.length < MOST_ROWS && performance.now() - startMs < MOST_MS) {
      const { done, value } = await open.next();
      if (done === true) {
        open = undefined;
        return { rows, done: true };
      }
      rows.push(value);
    }
    return { rows, done: false };
  };
}

/**
 * All rows that a plug-in returns, requested part by part.
 *
 * @throws PluginError for an answer that is no part
 */
export async function* readRows(ask: () => Promise<unknown>, subject: string): AsyncGenerator<unknown> {
  for (;;) {
    const part = await ask();
    if (!isRows(part)) throw new PluginError('returned no rows.', { subject });
    yield* part.rows;
    if (part.done) return;
  }
}

function isRows(value: unknown): value is Rows {
  return isReturnedRecord(value) && Array.isArray(value.rows) && typeof value.done === 'boolean';
}

async function* iterated(values: Iterable<unknown>): AsyncGenerator<unknown> {
  yield* values;
}

function iteratorOf(value: unknown): AsyncIterator<unknown> {
  if (isAsyncIterable(value)) return value[Symbol.asyncIterator]();
  if (isIterable(value)) return iterated(value);
  throw new TypeError('what it returned cannot be iterated; write async *read() { yield ...; }');
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
