import type { Cell, ReportTable } from '#report/content/report-content.ts';
import { axisTitle } from '#report/page/numbers.ts';

/**
 * A table as CSV (RFC 4180) with all digits. A column of intervals becomes three columns. Text that a
 * spreadsheet would compute as a formula is given an apostrophe.
 */
export function csvOf({ columns, rows }: ReportTable): string {
  const split = columns.map((_, index) => rows.some((row) => isEstimate(row[index])));
  const head = columns.flatMap(({ name, unit = '' }, index) =>
    split[index] ? [axisTitle(name, unit), `${name} low`, `${name} high`] : [axisTitle(name, unit)],
  );
  const lines = rows.map((row) =>
    row.flatMap((cell, index) => {
      if (!split[index]) return [cell];
      return isEstimate(cell) ? [cell.value, cell.low, cell.high] : [cell, null, null];
    }),
  );
  return [head, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

function isEstimate(cell: Cell | undefined): cell is Exclude<Cell, string | number | null> {
  return typeof cell === 'object' && cell !== null;
}

function field(cell: Cell): string {
  if (cell === null || typeof cell === 'object') return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
