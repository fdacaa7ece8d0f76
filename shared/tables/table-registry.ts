import { DataError } from '#shared/errors.ts';
import { CSV, TSV } from './csv.ts';
import { JSON_LINES } from './json-lines.ts';
import { PARQUET } from './parquet.ts';
import type { Table, TableFormat } from './table.ts';

/** All formats of table files. To add one, add a file and an entry here. */
export const TABLE_FORMATS: readonly TableFormat[] = [CSV, TSV, JSON_LINES, PARQUET];

/** The format of a file by the end of its name; undefined for any other file. `.gz` after it is ignored. */
export function tableFormatOf(path: string): TableFormat | undefined {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  return TABLE_FORMATS.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}

/**
 * Opens a table file.
 *
 * @throws DataError naming the file that is of no known format or cannot be read.
 */
export async function openTable(path: string): Promise<Table> {
  const format = tableFormatOf(path);
  if (format !== undefined) return format.open(path);
  const known = TABLE_FORMATS.flatMap(({ extensions }) => extensions);
  throw new DataError('is of an unknown format.', {
    subject: path,
    remedy: `Name a file that ends in ${known.join(', ')}.`,
  });
}
