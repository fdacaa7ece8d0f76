import { extname } from 'node:path';
import { writeWholeFile } from '#run/output/write-file.ts';
import { ConfigError } from '#shared/errors.ts';
import { csvTable } from './csv-table.ts';
import type { WritableTable } from './table.ts';

const FORMATS = ['.csv', '.parquet'] as const;

type TableFormat = (typeof FORMATS)[number];

/** The format of a table's file, by the end of its name. @throws ConfigError naming the option */
export function tableFormat(path: string, option: string): TableFormat {
  const end = extname(path).toLowerCase();
  const format = FORMATS.find((known) => known === end);
  if (format !== undefined) return format;
  throw new ConfigError(`${JSON.stringify(path)} is neither .csv nor .parquet.`, {
    subject: option,
    remedy: 'The end of the name chooses the format.',
  });
}

/** Writes a table, completely or not at all. */
export async function writeTable(table: WritableTable, path: string, format: TableFormat): Promise<void> {
  switch (format) {
    case '.csv':
      return writeWholeFile(path, csvTable(table));
    case '.parquet': {
      const { parquetTable } = await import('./parquet-table.ts');
      return writeWholeFile(path, parquetTable(table));
    }
  }
}
