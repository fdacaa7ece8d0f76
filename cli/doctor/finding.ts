import { type Column, printTable } from '#cli/print/table.ts';
/**
 * Result of one check of the machine. `ok`: present. `absent`: optional and missing. `broken`: required and
 * missing.
 */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'absent' | 'broken';
  readonly detail: string;
  /** Remedy if it is missing. */
  readonly remedy?: string;
}

const COLUMNS: readonly Column[] = [
  { title: 'state', align: 'left' },
  { title: 'name', align: 'left' },
  { title: 'detail', align: 'left' },
];

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: 'ok', absent: '--', broken: '!!' };

/** Findings as a table, each remedy below its line. */
export function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.flatMap(({ name, state, detail, remedy }) => [
    [MARKS[state], name, detail],
    ...(remedy === undefined ? [] : [['', '', `-> ${remedy}`]]),
  ]);
  return printTable({ columns: COLUMNS, rows, width: Number.POSITIVE_INFINITY, header: false });
}
