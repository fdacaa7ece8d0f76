import type { ReportTable } from '#report/content/report-content.ts';

/** A closed table of all settings by their dotted paths. */
export function settingsTable(settings: unknown, id: string, title: string): ReportTable {
  const rows: (readonly string[])[] = [];
  collect(settings, '', rows);
  return { kind: 'table', id, title, columns: [{ name: 'setting' }, { name: 'value' }], rows, closed: true };
}

/** Longest list that is shown in full. */
const LONGEST_LIST = 100;

function textOf(value: unknown): string {
  if (Array.isArray(value) && value.length > LONGEST_LIST) return `${value.length} values`;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function collect(value: unknown, path: string, rows: (readonly string[])[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    rows.push([path, textOf(value)]);
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    if (child !== undefined) collect(child, path === '' ? key : `${path}.${key}`, rows);
  }
}
