import { tableOf } from './data-table.ts';

/** A collapsible table of all settings by their dotted paths. */
export function settingsTable(settings: unknown, summary: string): string {
  const rows: (readonly string[])[] = [];
  collect(settings, '', rows);
  return tableOf({ titles: ['Setting', 'Value'], rows }, summary);
}

function collect(value: unknown, path: string, rows: (readonly string[])[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    rows.push([path, typeof value === 'string' ? value : JSON.stringify(value)]);
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    if (child !== undefined) collect(child, path === '' ? key : `${path}.${key}`, rows);
  }
}
