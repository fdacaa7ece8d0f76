import type { Column, Table } from './table.ts';

/** The rows of one run of an experiment. */
export interface ExperimentRun<Row> {
  /** Name of the run's point. */
  readonly point: string;
  readonly seed: number;
  readonly table: Table<Row>;
}

interface RowOfRun<Row> {
  readonly point: string;
  readonly seed: number;
  readonly row: Row;
}

/** Columns that name the run, before the columns of the runs' tables. */
export const EXPERIMENT_COLUMNS: readonly Column<RowOfRun<unknown>>[] = [
  { name: 'point', type: 'text', description: 'name of the point', value: ({ point }) => point },
  { name: 'seed', type: 'integer', description: 'seed of the run', value: ({ seed }) => seed },
];

/** The tables of an experiment's runs below each other. */
export function experimentTable<Row>(
  columns: readonly Column<Row>[],
  runs: readonly ExperimentRun<Row>[],
): Table<RowOfRun<Row>> {
  return {
    columns: [
      ...EXPERIMENT_COLUMNS,
      ...columns.map(({ value, ...column }) => ({
        ...column,
        value: ({ row }: RowOfRun<Row>) => value(row),
      })),
    ],
    rows: runs.flatMap(({ point, seed, table }) => table.rows.map((row) => ({ point, seed, row }))),
  };
}
