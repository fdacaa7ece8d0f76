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

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: 'ok', absent: '--', broken: '!!' };

/** Findings as a table, remedies below the lines they belong to. */
export function findingsTable(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .map(({ name, state, detail, remedy }) => {
      const line = `${MARKS[state]}  ${name.padEnd(width)}  ${detail}`;
      return remedy === undefined ? line : `${line}\n${' '.repeat(width + 6)}-> ${remedy}`;
    })
    .join('\n');
}
