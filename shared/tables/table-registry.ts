import { DataError } from '#shared/errors.ts';
import { CSV, TSV } from './csv.ts';
import { JSON_LINES } from './json-lines.ts';
import { PARQUET } from './parquet.ts';
import type { Table, TableFormat } from './table.ts';
import { TEXT_LINES } from './text-lines.ts';

/** All formats of table files. To add one, add a file and an entry here. */
export const TABLE_FORMATS: readonly TableFormat[] = [CSV, TSV, JSON_LINES, PARQUET];

/** Formats of texts for language models: tables, and files with a text on each line. */
export const TEXT_FORMATS: readonly TableFormat[] = [...TABLE_FORMATS, TEXT_LINES];

/** The format of a file by the end of its name; undefined for any other file. `.gz` after it is ignored. */
export function tableFormatOf(path: string, formats = TABLE_FORMATS): TableFormat | undefined {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  return formats.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}

/**
 * Opens a table file.
 *
 * @throws DataError naming the file that is of no known format or cannot be read.
 */
export async function openTable(path: string, formats = TABLE_FORMATS): Promise<Table> {
  const format = tableFormatOf(path, formats);
  if (format !== undefined) return format.open(path);
  const known = formats.flatMap(({ extensions }) => extensions);
  throw new DataError('is of an unknown format.', {
    subject: path,
    remedy: `Name a file that ends in ${known.join(', ')}.`,
  });
}
