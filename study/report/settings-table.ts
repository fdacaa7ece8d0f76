import type { ReportTable } from '#report/content/report-content.ts';

/** A closed table of all settings by their dotted paths. */
export function settingsTable(settings: unknown, id: string, title: string): ReportTable {
  const rows: (readonly string[])[] = [];
  collect(settings, '', rows);
  return { kind: 'table', id, title, columns: [{ name: 'setting' }, { name: 'value' }], rows, closed: true };
}

function collect(value: unknown, path: string, rows: (readonly string[])[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    rows.push([path, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]);
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    if (child !== undefined) collect(child, path === '' ? key : `${path}.${key}`, rows);
  }
}
