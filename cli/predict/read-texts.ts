import { textColumns } from '#shared/data/labelled/table-texts.ts';
import type { DataSettings } from '#shared/data/settings.ts';
import { DataError } from '#shared/errors.ts';
import { requiredTextCell } from '#shared/tables/cells.ts';
import { requireColumn } from '#shared/tables/column-names.ts';
import { fileChunks } from '#shared/tables/file-chunks.ts';
import { streamLines } from '#shared/tables/file-lines.ts';
import { openTable } from '#shared/tables/table-registry.ts';

/** A text or a pair of texts to classify. */
export interface TextInput {
  readonly text: string;
  readonly pair?: string;
}

/** Texts from arguments; with `pairs`, each argument is two texts with a tab between them. */
export function* argumentTexts(texts: readonly string[], pairs: boolean): Generator<TextInput> {
  for (const text of texts) yield parseText(text, pairs, '--text');
}

/**
 * Streams the texts of a file, one a line; `-` is standard input.
 *
 * @throws DataError naming the file that cannot be read, or the line that is empty or does not fit the task.
 */
export async function* fileTexts(
  path: string,
  stdin: AsyncIterable<unknown>,
  pairs: boolean,
): AsyncGenerator<TextInput> {
  const subject = path === '-' ? 'standard input' : path;
  for await (const { number, text } of streamLines(path === '-' ? stdin : fileChunks(path), subject)) {
    yield parseText(text, pairs, `${subject}:${number}`);
  }
}

/**
 * Streams the texts of a table, from the columns that the run's data had.
 *
 * @throws DataError naming the column that is missing, or the row with an empty cell.
 */
export async function* tableInputs(path: string, data: DataSettings): AsyncGenerator<TextInput> {
  const { text, pair } = textColumns(data);
  const table = await openTable(path);
  requireColumn(table, text, 'texts');
  if (pair !== undefined) requireColumn(table, pair, 'second texts');
  for await (const row of table.rows(pair === undefined ? [text] : [text, pair])) {
    yield {
      text: requiredTextCell(table, row, text),
      ...(pair === undefined ? {} : { pair: requiredTextCell(table, row, pair) }),
    };
  }
}

function parseText(line: string, pairs: boolean, subject: string): TextInput {
  const texts = pairs ? line.split('\t') : [line];
  if (texts.length !== (pairs ? 2 : 1)) {
    throw new DataError(`holds ${texts.length} texts, the task takes pairs.`, {
      subject,
      remedy: 'Put one tab between the two texts.',
    });
  }
  if (texts.some((text) => text.trim() === '')) {
    throw new DataError('holds an empty text.', { subject, remedy: 'Fill it in or remove it.' });
  }
  const [text, pair] = texts;
  return pair === undefined ? { text } : { text, pair };
}
