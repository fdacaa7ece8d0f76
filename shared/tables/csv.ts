import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { DataError } from '#shared/errors.ts';
import { requireColumnNames } from './column-names.ts';
import { fileChunks } from './file-chunks.ts';
import type { Table, TableFormat, TableRow } from './table.ts';
import { textChunks } from './text-chunks.ts';

/** Characters that separate cells, in the order in which equal counts are decided. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Longest row [characters]: an unclosed quotation mark would otherwise take the rest of the file. */
const LONGEST_ROW = 16 * 2 ** 20;

interface Dialect {
  readonly delimiter: string;
  /** Whether a cell may be quoted: with `"`, in which `""` stands for one. */
  readonly quoted: boolean;
}

/**
 * Comma-separated values (RFC 4180), with a header. The delimiter is the character among `,` `;` tab `|`
 * that the header has most often, because spreadsheets write semicolons in many countries.
 */
export const CSV: TableFormat = {
  name: 'csv',
  extensions: ['.csv'],
  async open(path) {
    const header = await firstLine(path);
    return openDelimited(path, { delimiter: delimiterOf(header), quoted: true });
  },
};

/** Tab-separated values with a header. A quotation mark is an ordinary character, as in GLUE's files. */
export const TSV: TableFormat = {
  name: 'tsv',
  extensions: ['.tsv', '.tab'],
  open: (path) => openDelimited(path, { delimiter: '\t', quoted: false }),
};

async function openDelimited(path: string, dialect: Dialect): Promise<Table> {
  const columns = await headerOf(path, dialect);
  return {
    path,
    columns,
    classNames: new Map(),
    rowCount: undefined,
    rows: () => rowsBelow(path, dialect, columns),
    placeOf: ({ number }) => `${path}:${number}`,
  };
}

async function headerOf(path: string, dialect: Dialect): Promise<readonly string[]> {
  for await (const { cells } of records(path, dialect)) {
    return requireColumnNames(
      cells.map((name) => name.trim()),
      `${path}:1`,
    );
  }
  throw new DataError('the file is empty.', { subject: path, remedy: 'Name a file with a header and rows.' });
}

async function* rowsBelow(
  path: string,
  dialect: Dialect,
  columns: readonly string[],
): AsyncGenerator<TableRow> {
  let isHeader = true;
  for await (const { cells, line } of records(path, dialect)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    if (cells.length !== columns.length) {
      throw new DataError(`the row has ${cells.length} cell(s), the header ${columns.length}.`, {
        subject: `${path}:${line}`,
        remedy: dialect.quoted
          ? 'Put quotation marks around cells that contain the delimiter or a line break.'
          : 'Put one tab between two cells, and none inside a cell.',
      });
    }
    yield { number: line, cells: new Map(columns.map((name, index) => [name, cells[index]])) };
  }
}

interface CsvRecord {
  readonly cells: readonly string[];
  /** The line on which the record ends, counted from 1. */
  readonly line: number;
}

async function* records(path: string, { delimiter, quoted }: Dialect): AsyncGenerator<CsvRecord> {
  const text = textChunks(fileChunks(path), path);
  const first = await text.next();
  if (first.done) return;
  // The rule of `streamLines`: a lone CR ends a line only in a text without line feeds.
  const hasLineFeed = first.value.text.includes('\n');
  const parser = parse({
    delimiter,
    quote: quoted ? '"' : null,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: hasLineFeed ? ['\r\n', '\n'] : ['\r'],
    max_record_size: LONGEST_ROW,
  });
  const source = Readable.from(textOf(first.value.text, text));
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const parsed of source.pipe(parser)) {
      const { record, info }: ParsedRecord = parsed;
      yield { cells: record, line: info.lines };
    }
  } catch (error) {
    throw error instanceof CsvError ? malformed(path, error) : error;
  } finally {
    source.destroy();
  }
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: Info;
}

async function* textOf(
  first: string,
  rest: AsyncIterable<{ readonly text: string }>,
): AsyncGenerator<string> {
  yield first;
  for await (const { text } of rest) yield text;
}

function malformed(path: string, error: CsvError): DataError {
  const line = 'lines' in error && typeof error.lines === 'number' ? `:${error.lines}` : '';
  const subject = `${path}${line}`;
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
    case 'CSV_MAX_RECORD_SIZE':
      return new DataError('a quotation mark is opened and never closed.', {
        subject,
        remedy: 'Close it, or write a quotation mark inside a cell as "".',
        cause: error,
      });
    default:
      return new DataError('the quotation marks of the row are wrong.', {
        subject,
        remedy: 'Put them around the whole cell, and write one inside a cell as "".',
        cause: error,
      });
  }
}

async function firstLine(path: string): Promise<string> {
  for await (const { text } of textChunks(fileChunks(path), path)) {
    const line = text.split(/[\r\n]/).find((candidate) => candidate.trim() !== '');
    if (line !== undefined) return line;
  }
  return '';
}

function delimiterOf(header: string): string {
  const outsideQuotes = header.replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => outsideQuotes.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))];
}
