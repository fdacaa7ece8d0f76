/** Rows of cells as CSV (RFC 4180, lines end with LF). Numbers keep all digits. */
export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return `${rows.map((cells) => cells.map(cell).join(',')).join('\n')}\n`;
}

function cell(value: string | number): string {
  const text = typeof value === 'number' && Math.abs(value) >= 1e21 ? plain(value) : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A large number without an exponent. */
function plain(value: number): string {
  return Number.isFinite(value) ? BigInt(value).toString() : String(value);
}
