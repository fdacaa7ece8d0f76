import { type Column, printTable } from '#cli/print/table.ts';
/**
 * What was found of one thing a machine may have: `ok` it is there, `absent` something optional is not, `broken`
 * something that airtune needs is not.
 */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'absent' | 'broken';
  readonly detail: string;
  /** What to do about it, where it is not there. */
  readonly remedy?: string;
}

const COLUMNS: readonly Column[] = [
  { title: 'state', align: 'left' },
  { title: 'name', align: 'left' },
  { title: 'detail', align: 'left' },
];

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: 'ok', absent: '--', broken: '!!' };

/** Findings as a table, remedies below the lines they belong to. */
export function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.flatMap(({ name, state, detail, remedy }) => [
    [MARKS[state], name, detail],
    ...(remedy === undefined ? [] : [['', '', `-> ${remedy}`]]),
  ]);
  return printTable({ columns: COLUMNS, rows, width: Number.POSITIVE_INFINITY, header: false });
}
