import { parquetWriteBuffer } from 'hyparquet-writer';
import type { CellValue, ColumnType, WritableTable } from './table.ts';

const PARQUET_TYPES = {
  integer: 'INT32',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  text: 'STRING',
} as const satisfies Readonly<Record<ColumnType, string>>;

/** A table as a Parquet file; a value that does not exist is null. The descriptions are its metadata. */
export function parquetTable({ columns, rowCount, cells }: WritableTable): Uint8Array {
  const data: CellValue[][] = columns.map(() => []);
  for (let row = 0; row < rowCount; row++) {
    for (const [column, value] of cells(row).entries()) data[column].push(value);
  }
  const buffer = parquetWriteBuffer({
    columnData: columns.map(({ name, type }, index) => ({
      name,
      type: PARQUET_TYPES[type],
      data: data[index],
    })),
    kvMetadata: columns.map(({ name, description }) => ({ key: `airtune.${name}`, value: description })),
  });
  return new Uint8Array(buffer);
}
