import type { TextExample } from '#shared/data/example.ts';
import { DataError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import { fileLines } from '#shared/tables/file-lines.ts';

/** Columns and labels of a GLUE task's tab-separated file. */
export interface GlueLayout {
  /** All columns of the header line, in order. */
  readonly columns: readonly string[];
  readonly textColumn: string;
  /** The second sentence of a pair task. */
  readonly pairColumn?: string;
  readonly labelColumn: string;
  /** Label strings in the file, by class index. */
  readonly labels: readonly string[];
}

/**
 * Streams the rows of a GLUE file: a header line, then one row per line with fields separated by tabs. There
 * is no quoting: a quotation mark is an ordinary character.
 *
 * @throws DataError with the file (empty, wrong header) or with file and line (wrong number of fields, empty
 *   text, unknown label).
 */
export async function* glueRows(path: string, layout: GlueLayout): AsyncGenerator<TextExample> {
  const textField = layout.columns.indexOf(layout.textColumn);
  const pairField = layout.pairColumn === undefined ? -1 : layout.columns.indexOf(layout.pairColumn);
  const labelField = layout.columns.indexOf(layout.labelColumn);
  let lastLine = 0;
  for await (const line of fileLines(path)) {
    lastLine = line.number;
    if (line.number === 1) {
      requireHeader(path, line.text, layout.columns);
      continue;
    }
    const subject = `${path}:${line.number}`;
    const fields = line.text.split('\t');
    if (fields.length !== layout.columns.length) {
      throw new DataError(
        `the row has ${fields.length} field(s) between tabs, expected ${layout.columns.length}.`,
        {
          subject,
          remedy: `Each row is ${layout.columns.join('<TAB>')}.`,
        },
      );
    }
    const label = layout.labels.indexOf(fields[labelField].trim());
    if (label < 0) {
      throw new DataError(`unknown label ${quoted(fields[labelField])}.`, {
        subject,
        remedy: `Use one of ${layout.labels.join(', ')}.`,
      });
    }
    const text = requireText(fields[textField], layout.textColumn, subject);
    yield layout.pairColumn === undefined
      ? { text, label }
      : { text, pair: requireText(fields[pairField], layout.pairColumn, subject), label };
  }
  if (lastLine < 2) {
    throw new DataError(lastLine === 0 ? 'the file is empty.' : 'the file holds a header but no rows.', {
      subject: path,
      remedy: 'Fetch it again or point at another data directory.',
    });
  }
}

function requireHeader(path: string, header: string, columns: readonly string[]): void {
  const found = header.split('\t').map((name) => name.trim());
  if (found.length === columns.length && found.every((name, field) => name === columns[field])) return;
  throw new DataError(`the header is ${quoted(header)}.`, {
    subject: `${path}:1`,
    remedy: `Expected the columns ${columns.join('<TAB>')}.`,
  });
}

function requireText(text: string, column: string, subject: string): string {
  if (text.trim() !== '') return text;
  throw new DataError(`the column ${column} is empty.`, { subject, remedy: 'Fill it in or remove the row.' });
}
