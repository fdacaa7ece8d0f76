/** A value of a table; null where there is none. */
export type CellValue = string | number | boolean | null;

/** The type of a column's values. Integers have up to 32 bits. */
export type ColumnType = 'integer' | 'number' | 'boolean' | 'text';

/**
 * A column of a table. Its name ends with its unit: `_s` seconds, `_hz`, `_bit_per_s`, `_j` joules, `_usd`. A
 * name without one is a count, a fraction of 1, or a quantity without a unit.
 */
export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
  readonly value: (row: Row) => CellValue;
}

export interface Table<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

/** A table whose rows are opaque to its writers. */
export interface WritableTable {
  readonly columns: readonly Pick<Column<unknown>, 'name' | 'type' | 'description'>[];
  readonly rowCount: number;
  /** Values of the columns, in their order. */
  readonly cells: (row: number) => readonly CellValue[];
}

export function writableTable<Row>({ columns, rows }: Table<Row>): WritableTable {
  return {
    columns,
    rowCount: rows.length,
    cells: (row) => columns.map(({ value }) => value(rows[row])),
  };
}
