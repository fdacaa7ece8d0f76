/** Text that spreadsheets and pandas read: lines end with a line feed, and cells are quoted where needed. */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

/** A cell; null is empty. */
function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  const text = typeof value === 'number' && Math.abs(value) >= 1e21 ? plain(value) : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A large number without an exponent. */
function plain(value: number): string {
  return Number.isFinite(value) ? BigInt(value).toString() : String(value);
}
