import { describe, expect, test } from 'vitest';
import { csvOf } from '#report/export/csv.ts';
import { figureTable } from '#report/export/figure-table.ts';
import { escapeLatex, latexFigure, latexTable } from '#report/export/latex.ts';
import { HOSTILE, SAMPLE_FIGURES } from '#test/support/sample-report.ts';

describe('CSV', () => {
  test('has all digits, three columns for an interval, and quotes', () => {
    const text = csvOf({
      kind: 'table',
      id: 'a',
      title: 'A',
      columns: [{ name: 'point' }, { name: 'time', unit: 's' }, { name: 'note' }],
      rows: [
        ['8 replicas', { value: 0.1 + 0.2, low: 0.1, high: 0.5 }, 'one, "two"'],
        ['2 replicas', 3, null],
      ],
    });
    expect(text.split('\r\n')).toEqual([
      'point,time [s],time low,time high,note',
      '8 replicas,0.30000000000000004,0.1,0.5,"one, ""two"""',
      '2 replicas,3,,,',
      '',
    ]);
  });

  test('holds no text that a spreadsheet computes', () => {
    const names = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'];
    const rows = names.map((name) => [name]);
    const text = csvOf({ kind: 'table', id: 'a', title: 'A', columns: [{ name: 'x' }], rows });
    expect(text.split('\r\n').slice(1, -1)).toEqual(names.map((name) => `'${name}`));
  });
});

describe('LaTeX', () => {
  test('text has no character with a meaning for LaTeX', () => {
    expect(escapeLatex('a_b & 50 % of $x^2 \\ {y} # ~')).toBe(
      'a\\_b \\& 50 \\% of \\$x\\textasciicircum{}2 \\textbackslash{} \\{y\\} \\# \\textasciitilde{}',
    );
  });

  test.each(SAMPLE_FIGURES.map((figure) => [figure.kind, figure] as const))(
    '%s: environments are closed, braces match, and names stay text',
    (_, figure) => {
      const text = latexFigure(figure);
      const shown = text.replaceAll(/(?<!\\)%.*$/gm, '').replaceAll(/\\[\\{}$&#%_]/g, '');
      const count = (pattern: RegExp): number => [...shown.matchAll(pattern)].length;
      expect(count(/\\begin\{/g)).toBe(count(/\\end\{/g));
      expect(count(/\{/g)).toBe(count(/\}/g));
      expect(shown).not.toContain('\\input');
      expect(text).not.toContain('NaN');
    },
  );

  test('a line chart is over the chosen axis, with bands, references and names', () => {
    const text = latexFigure(SAMPLE_FIGURES[0], 'seconds');
    expect(text).toContain('xlabel={virtual time [s]}');
    expect(text).toContain('(20,');
    expect(text).toContain('fill opacity=0.15');
    expect(text).toContain('\\addlegendentry{chance}');
  });

  test('a table has rules and one row each', () => {
    const text = latexTable(figureTable(SAMPLE_FIGURES[2]));
    expect(text).toContain('\\toprule');
    expect(text).toContain('8 replicas & 1 & 2 & 0.5 & 3.5 \\\\');
  });
});

test('the table of a figure has every value of it', () => {
  const [lines, , bars, boxes, scatter, spans] = SAMPLE_FIGURES.map(figureTable);
  expect(lines.rows).toHaveLength(25);
  expect(lines.rows.at(-1)).toEqual(['chance', null, null, 51, null, null]);
  expect(bars.rows[1]).toEqual(['2 replicas', 1, 8, 0.5, 9.5]);
  expect(boxes.rows[0]).toEqual(['exact', 1, 2, 3, 4, 6]);
  expect(scatter.rows[2]).toEqual([HOSTILE, 'greedy', 10, 0.005]);
  expect(spans.rows).toHaveLength(6);
  for (const { columns, rows } of [lines, bars, boxes, scatter, spans]) {
    for (const row of rows) expect(row).toHaveLength(columns.length);
  }
});
