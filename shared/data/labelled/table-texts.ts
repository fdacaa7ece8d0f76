import type { DataSettings } from '#shared/data/settings.ts';
import { DataError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import { numberCell, requiredTextCell } from '#shared/tables/cells.ts';
import { requireColumn } from '#shared/tables/column-names.ts';
import type { Table, TableRow } from '#shared/tables/table.ts';
import { openTable } from '#shared/tables/table-registry.ts';
import { type Bucket, bucketOfWord, type LabelledRow, type LabelledText } from './labelled-example.ts';
import type { TableFile } from './table-files.ts';

/** Columns of a text table, by their use. */
export interface TextColumns {
  readonly text: string;
  readonly pair: string | undefined;
  readonly label: string;
  /** Column of the scores of a regression, in place of labels. */
  readonly score: string | undefined;
  readonly split: string | undefined;
  /** Column whose values are the devices of a natural federation. */
  readonly device: string | undefined;
}

export function textColumns({ columns, partition }: DataSettings): TextColumns {
  return {
    text: columns?.text ?? 'text',
    pair: columns?.pair,
    label: columns?.label ?? 'label',
    score: columns?.score,
    split: columns?.split,
    device: partition.kind === 'column' ? partition.column : undefined,
  };
}

/**
 * Streams the labelled texts of a table file.
 *
 * @throws DataError naming the column that the file lacks, or the row with an empty cell.
 */
export async function* tableTexts(
  { path, bucket }: TableFile,
  columns: TextColumns,
): AsyncGenerator<LabelledText> {
  const table = await openTable(path);
  const wanted = requireColumns(table, columns);
  for await (const row of table.rows(wanted)) {
    const required = (column: string): string => requiredTextCell(table, row, column);
    yield {
      ...labelledRow(table, row, columns, bucket),
      text: required(columns.text),
      pair: columns.pair === undefined ? undefined : required(columns.pair),
    };
  }
}

/** Label or score, split and device of a row. @throws DataError naming the row */
export function labelledRow(
  table: Table,
  row: TableRow,
  columns: Omit<TextColumns, 'text' | 'pair'>,
  bucket: Bucket,
): LabelledRow {
  return {
    bucket: columns.split === undefined ? bucket : bucketOf(table, row, columns.split),
    target:
      columns.score === undefined
        ? labelOf(table, row, columns.label)
        : numberCell(table, row, columns.score),
    group: columns.device === undefined ? undefined : requiredTextCell(table, row, columns.device).trim(),
  };
}

/** Names of the columns that a table must have; undefined columns are not used. */
function requireColumns(table: Table, columns: TextColumns): readonly string[] {
  const roles = [
    [columns.text, 'texts (--text-column)'],
    [columns.pair, 'second texts (--text-pair-column)'],
    columns.score === undefined
      ? [columns.label, 'labels (--label-column)']
      : [columns.score, 'scores (--score-column)'],
    [columns.split, 'splits (--split-column)'],
    [columns.device, 'devices (--device-column)'],
  ] as const;
  return roles.flatMap(([name, role]) => {
    if (name === undefined) return [];
    requireColumn(table, name, role);
    return [name];
  });
}

function labelOf(table: Table, row: TableRow, column: string): string {
  const label = requiredTextCell(table, row, column).trim();
  const names = table.classNames.get(column);
  if (names === undefined) return label;
  const name = names[Number(label)];
  if (name !== undefined) return name;
  throw new DataError(`the label ${label} is none of the ${names.length} classes that the file names.`, {
    subject: table.placeOf(row),
    remedy: 'Leave rows without a label out; hubs publish test sets without labels.',
  });
}

export function bucketOf(table: Table, row: TableRow, column: string): Bucket {
  const value = requiredTextCell(table, row, column);
  const bucket = bucketOfWord(value);
  if (bucket !== undefined) return bucket;
  throw new DataError(`the column ${column} is ${quoted(value)}, which is no split.`, {
    subject: table.placeOf(row),
    remedy: 'Use train, test or validation.',
  });
}
