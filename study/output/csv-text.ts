/** A cell of a table; null is empty. */
export type CsvCell = string | number | boolean | null;

/** Rows of cells as CSV (RFC 4180, lines end with LF). Numbers keep all digits. */
export function csvText(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map(csvLine).join('');
}

/** One row, with its line feed. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cell).join(',')}\n`;
}

function cell(value: CsvCell): string {
  if (value === null) return '';
  const text = typeof value === 'number' && Math.abs(value) >= 1e21 ? plain(value) : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A large number without an exponent. */
function plain(value: number): string {
  return Number.isFinite(value) ? BigInt(value).toString() : String(value);
}
