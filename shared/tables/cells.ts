import { DataError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import type { Table, TableRow } from './table.ts';

/**
 * A cell as text; numbers and booleans are written as JSON writes them.
 *
 * @returns undefined for a cell that is missing, null, or blank.
 * @throws DataError with the row for nested values, and for bytes that are no UTF-8.
 */
export function textCell(table: Table, row: TableRow, column: string): string | undefined {
  const cell = row.cells.get(column);
  switch (typeof cell) {
    case 'string':
      return cell.trim() === '' ? undefined : cell;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(cell);
    default:
      if (cell === undefined || cell === null) return undefined;
      if (cell instanceof Uint8Array) return utf8Text(cell, table, row, column);
      throw new DataError(`the column ${column} holds neither text nor a number.`, {
        subject: table.placeOf(row),
        remedy: 'Name another column.',
      });
  }
}

/** The text of bytes: Parquet files of some programs do not say which of their columns are texts. */
function utf8Text(bytes: Uint8Array, table: Table, row: TableRow, column: string): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? undefined : text;
  } catch (cause) {
    throw new DataError(`the column ${column} holds bytes that are no text.`, {
      subject: table.placeOf(row),
      remedy: 'Name another column.',
      cause,
    });
  }
}

/** @throws DataError with the row for a cell that is missing, null, or blank. */
export function requiredTextCell(table: Table, row: TableRow, column: string): string {
  const text = textCell(table, row, column);
  if (text !== undefined) return text;
  throw new DataError(`the column ${column} is empty.`, {
    subject: table.placeOf(row),
    remedy: 'Fill it in or remove the row.',
  });
}

/** A cell as a finite number. @throws DataError with the row for anything else */
export function numberCell(table: Table, row: TableRow, column: string): number {
  const text = requiredTextCell(table, row, column).trim();
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new DataError(`the column ${column} is ${quoted(text)}, which is not a finite number.`, {
    subject: table.placeOf(row),
    remedy: 'Correct it or remove the row.',
  });
}
