import { DataError } from '#shared/errors.ts';
import { fileChunks } from './file-chunks.ts';
import { streamLines } from './file-lines.ts';
import type { TableFormat, TableRow } from './table.ts';

/** Rows whose names are the columns of the table; later rows may have others. */
const ROWS_FOR_COLUMNS = 100;

/** JSON lines: an object a line, whose names are the columns. */
export const JSON_LINES: TableFormat = {
  name: 'jsonl',
  extensions: ['.jsonl', '.ndjson'],
  async open(path) {
    const columns = new Set<string>();
    let rows = 0;
    for await (const { cells } of rowsOf(path)) {
      for (const name of cells.keys()) columns.add(name);
      if (++rows === ROWS_FOR_COLUMNS) break;
    }
    if (rows === 0) {
      throw new DataError('the file has no rows.', { subject: path, remedy: 'Give an object a line.' });
    }
    return {
      path,
      columns: [...columns],
      classNames: new Map(),
      rowCount: undefined,
      rows: () => rowsOf(path),
      placeOf: ({ number }) => `${path}:${number}`,
    };
  },
};

async function* rowsOf(path: string): AsyncGenerator<TableRow> {
  for await (const { number, text } of streamLines(fileChunks(path), path)) {
    if (text.trim() === '') continue;
    yield { number, cells: cellsOf(text, `${path}:${number}`) };
  }
}

function cellsOf(text: string, subject: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError('the line is not JSON.', { subject, remedy: 'Give an object a line.', cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return new Map(Object.entries(value));
  }
  throw new DataError('the line is JSON, but not an object.', {
    subject,
    remedy: 'Give an object a line, such as {"text": "...", "label": "..."}.',
  });
}
