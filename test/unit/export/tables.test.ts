import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { csvTable } from '#export/tables/csv-table.ts';
import { RUN_DEVICE_COLUMNS, RUN_ROUND_COLUMNS } from '#export/tables/run-tables.ts';
import { STUDY_DEVICE_COLUMNS, STUDY_ROUND_COLUMNS } from '#export/tables/study-tables.ts';
import { type Column, writableTable } from '#export/tables/table.ts';
import { tableFormat } from '#export/tables/write-table.ts';
import { STAGES } from '#shared/protocol/stages.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../docs/export.md'), 'utf8');

const TABLES: readonly (readonly [string, readonly { readonly name: string }[]])[] = [
  ['rounds of a run', RUN_ROUND_COLUMNS],
  ['devices of a run', RUN_DEVICE_COLUMNS],
  ['rounds of a study', STUDY_ROUND_COLUMNS],
  ['devices of a study', STUDY_DEVICE_COLUMNS],
];

describe.each(TABLES)('the columns of the %s', (_name, columns) => {
  test('have names of their own, in small letters', () => {
    const names = columns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  test('are in docs/export.md; those of stages by their pattern', () => {
    const stages = STAGES.map((stage) => stage.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    const patternOf = (name: string): string => {
      const stage = stages.find((each) => name === `${each}_s` || name.endsWith(`_${each}_s`));
      return stage === undefined ? name : name.replace(stage, '<stage>');
    };
    const quantile = /^(p50|p90|p99|max)_/;
    const documented = columns.map(({ name }) => patternOf(name)).filter((name) => !quantile.test(name));
    for (const name of new Set(documented)) expect(DOCUMENT, name).toContain(`\`${name}\``);
  });
});

test('a table as CSV: empty cells for missing values, quotes where a cell needs them', () => {
  const columns: readonly Column<readonly [string | null, number | null]>[] = [
    { name: 'text', type: 'text', description: 'a text', value: ([text]) => text },
    { name: 'time_s', type: 'number', description: 'a time', value: ([, time]) => time },
  ];
  const rows = [
    ['plain', 1.5],
    ['with "quotes", and commas', null],
    [null, 1e-9],
  ] as const;
  expect([...csvTable(writableTable({ columns, rows }))].join('')).toBe(
    'text,time_s\nplain,1.5\n"with ""quotes"", and commas",\n,1e-9\n',
  );
});

test('the end of the name chooses the format, and another one is refused', () => {
  expect(tableFormat('out/rounds.csv', '--rounds')).toBe('.csv');
  expect(tableFormat('rounds.PARQUET', '--rounds')).toBe('.parquet');
  expect(() => tableFormat('rounds.xlsx', '--rounds')).toThrow(/is neither .csv nor .parquet/);
});
