import { dirname, resolve } from 'node:path';
import type { DataSettings } from '#shared/data/settings.ts';
import { DataError } from '#shared/errors.ts';
import { requireColumn } from '#shared/tables/column-names.ts';
import type { Table, TableRow } from '#shared/tables/table.ts';
import { openTable } from '#shared/tables/table-registry.ts';
import type { ImageSource, LabelledImage } from './labelled-image.ts';
import type { TableFile } from './table-files.ts';
import { labelledRow, textColumns } from './table-texts.ts';

/**
 * Streams the labelled images of a table file, in the layouts that data sets on a hub use. A cell is the
 * bytes of an image file, its path relative to the table, or an object with `bytes` or `path`; bytes have
 * priority.
 *
 * @throws DataError naming the column that the file lacks, or the row whose cell is no image.
 */
export async function* tableImages(
  { path, bucket }: TableFile,
  data: DataSettings,
): AsyncGenerator<LabelledImage> {
  const table = await openTable(path);
  const columns = textColumns(data);
  const image = imageColumn(table, data);
  requireColumn(table, columns.label, 'labels (--label-column)');
  const others = [columns.label, columns.split, columns.device].filter((name) => name !== undefined);
  for await (const row of table.rows([image, ...others])) {
    yield {
      ...labelledRow(table, row, { ...columns, score: undefined }, bucket),
      image: imageCell(table, row, image),
      refuse: (reason, cause) => {
        throw new DataError(`the column ${image} cannot be read as an image (${reason}).`, {
          subject: table.placeOf(row),
          remedy: 'Replace or remove the row.',
          cause,
        });
      },
    };
  }
}

/** Names that data sets of hubs give to the column of the images. */
const USUAL_NAMES = ['image', 'img', 'pixel_values', 'picture'];

function imageColumn(table: Table, { columns }: DataSettings): string {
  const usual = USUAL_NAMES.find((name) => table.columns.includes(name)) ?? USUAL_NAMES[0];
  const name = columns?.image ?? usual;
  requireColumn(table, name, 'images (--set data.columns.image)');
  return name;
}

function imageCell(table: Table, row: TableRow, column: string): ImageSource {
  const cell = row.cells.get(column);
  const source = sourceOf(cell, table.path);
  if (source !== undefined) return source;
  throw new DataError(`the column ${column} holds neither the bytes nor the path of an image.`, {
    subject: table.placeOf(row),
    remedy: 'Name another column with --set data.columns.image=NAME, or remove the row.',
  });
}

function sourceOf(cell: unknown, table: string): ImageSource | undefined {
  if (cell instanceof Uint8Array) return { kind: 'bytes', bytes: cell };
  if (typeof cell === 'string' && cell.trim() !== '')
    return { kind: 'file', path: resolve(dirname(table), cell) };
  if (typeof cell !== 'object' || cell === null) return undefined;
  const bytes: unknown = Reflect.get(cell, 'bytes');
  return sourceOf(bytes instanceof Uint8Array ? bytes : textOrNone(Reflect.get(cell, 'path')), table);
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
