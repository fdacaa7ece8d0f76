import { describe, expect, test } from 'vitest';
import type { LinesFigure } from '#report/content/figures.ts';
import type { ReportContent } from '#report/content/report-content.ts';
import { renderReport, shownContent } from '#report/write-report.ts';
import { HOSTILE, SAMPLE_REPORT } from '#test/support/sample-report.ts';

const EMPTY: ReportContent = { title: 'A', answer: 'B.', sections: [] };

function lines(id: string, values: readonly (readonly number[])[]): LinesFigure {
  return {
    kind: 'lines',
    id,
    title: id,
    x: [{ id: 'rounds', name: 'round', unit: '' }],
    y: { name: 'devices', unit: '' },
    series: values.map((ys, place) => ({
      name: `series ${place}`,
      points: ys.map((y, round) => ({ x: [round + 1], y })),
    })),
  };
}

function withBlocks(...blocks: ReportContent['sections'][number]['blocks']): ReportContent {
  return { ...EMPTY, sections: [{ title: 'All', blocks }] };
}

describe('a page', () => {
  test('shows hostile text as text: no element or attribute comes of it', async () => {
    const html = await renderReport(SAMPLE_REPORT);
    const script = html.slice(html.lastIndexOf('<script>'));
    const before = html.slice(0, html.lastIndexOf('<script>'));
    expect(before).not.toContain('<img');
    expect(before).not.toContain(HOSTILE);
    expect(before.match(/<\/script>/g)).toHaveLength(1);
    expect(script.match(/<\/script>/g)).toHaveLength(1);
  });

  test('lets its own script run and no other', async () => {
    const html = await renderReport(EMPTY);
    expect(html).toMatch(/script-src 'sha256-[A-Za-z0-9+/]{43}='/);
    expect(html).not.toContain("script-src 'unsafe-inline'");
    expect(html).not.toContain('connect-src');
  });

  test('is the same for the same content', async () => {
    expect(await renderReport(SAMPLE_REPORT)).toBe(await renderReport(SAMPLE_REPORT));
  });

  test('of a thousand points over a thousand rounds stays below 2 MB', async () => {
    const series = Array.from({ length: 1000 }, () =>
      Array.from({ length: 1000 }, (_, round) => Math.sqrt(round)),
    );
    const names = Array.from({ length: 10_000 }, (_, row) => [
      `point ${row}`,
      ...Array.from({ length: 14 }, () => ({ value: Math.PI, low: Math.E, high: Math.SQRT2 })),
    ]);
    const columns = [
      { name: 'point' },
      ...Array.from({ length: 14 }, (_, column) => ({ name: `metric ${column}` })),
    ];
    const html = await renderReport(
      withBlocks(lines('a', series), lines('b', series), lines('c', series), {
        kind: 'table',
        id: 'metrics',
        title: 'Metrics',
        columns,
        rows: names,
      }),
    );
    expect(Buffer.byteLength(html)).toBeLessThan(2e6);
    expect(html).toContain('The report holds the first 60 of 1000 series.');
  });
});

describe('the content shown', () => {
  test('lists constant charts in a table and draws the others', () => {
    const [section] = shownContent(
      withBlocks(
        lines('moving', [
          [1, 2],
          [3, 3],
        ]),
        lines('still', [
          [5, 5],
          [7, 7],
        ]),
      ),
    ).sections;
    expect(section.blocks.map(({ id }) => id)).toEqual(['moving', 'constant-1']);
    expect(section.blocks[1]).toMatchObject({
      kind: 'table',
      rows: [
        ['still', 'series 0', '5'],
        ['still', 'series 1', '7'],
      ],
    });
  });

  test.each([
    ['an id twice', withBlocks(lines('a', [[1, 2]]), lines('a', [[1, 2]])), 'the id of another block'],
    ['an id that is no file name', withBlocks(lines('../a', [[1, 2]])), 'not lower-case words'],
    [
      'a short row',
      withBlocks({ kind: 'table', id: 'a', title: 'A', columns: [{ name: 'x' }], rows: [[]] }),
      'a row without 1 cells',
    ],
  ])('refuses %s', (_, content, message) => {
    expect(() => shownContent(content)).toThrow(message);
  });
});
