import { describe, expect, test } from 'vitest';
import { type Column, printTable } from '#cli/print/table.ts';
import { printWidth } from '#cli/print/width.ts';

describe('a table', () => {
  const columns: readonly Column[] = [
    { title: 'point', align: 'left' },
    { title: 'first', align: 'right' },
    { title: 'second', align: 'right', dropOrder: 1 },
    { title: 'third', align: 'right', dropOrder: 2 },
  ];
  const rows = [
    ['replicas=4, policy=exact', '1', '22', '333'],
    ['replicas=16, policy=all-in', '10', '2', '3'],
  ];
  const lines = (width: number): readonly string[] => printTable({ columns, rows, width }).split('\n');

  test('shows every column where there is room', () => {
    expect(lines(80)).toEqual([
      'point                       first  second  third',
      'replicas=4, policy=exact        1      22    333',
      'replicas=16, policy=all-in     10       2      3',
    ]);
  });

  test('leaves columns out by their order, names them, then wraps its first column between words', () => {
    expect(lines(46).at(0)).toBe('point                       first  second');
    expect(lines(46).at(-1)).toBe('Not shown, for want of room: third.');
    expect(lines(24)).toEqual([
      'point              first',
      'replicas=4,            1',
      'policy=exact',
      'replicas=16,          10',
      'policy=all-in',
      'Not shown, for want of',
      'room: third, second.',
    ]);
  });

  test('counts the columns that characters take, not their number', () => {
    const wide = printTable({
      columns: columns.slice(0, 2),
      rows: [
        ['日本', '1'],
        ['abcde', '2'],
      ],
      width: 80,
    });
    expect(wide.split('\n')).toEqual(['point  first', '日本       1', 'abcde      2']);
  });

  test('is as wide as the terminal, or as COLUMNS says, or 80', () => {
    expect(printWidth({ columns: 120 }, { COLUMNS: '60' })).toBe(120);
    expect(printWidth({}, { COLUMNS: '60' })).toBe(60);
    expect(printWidth({}, { COLUMNS: 'wide' })).toBe(80);
  });
});
