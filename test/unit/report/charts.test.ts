import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { View } from '#report/charts/drawing.ts';
import { drawingOf } from '#report/charts/drawing-of.ts';
import { paretoFront } from '#report/charts/pareto-front.ts';
import type { BarsFigure, Figure } from '#report/content/figures.ts';
import { SAMPLE_FIGURES } from '#test/support/sample-report.ts';

const VIEW: View = { theme: 'light', width: 600, shares: false, hidden: new Set(), alone: false };

const texts = (figure: Figure, view = VIEW): readonly string[] =>
  drawingOf(figure, view).walk.flatMap(({ items }) => items.map(({ text }) => text));

const [LINES, , BARS, BOXES, SCATTER, SPANS] = SAMPLE_FIGURES;

describe('the values that the keyboard goes through', () => {
  test.each(SAMPLE_FIGURES.map((figure) => [figure.id, figure] as const))(
    '%s: each is a mark of the chart',
    (_, figure) => {
      const { option, walk } = drawingOf(figure, VIEW);
      const series = Array.isArray(option.series) ? option.series : [];
      for (const { seriesIndex, dataIndex } of walk.flatMap(({ items }) => items)) {
        const data = series[seriesIndex]?.data;
        expect(Array.isArray(data) && data.length > dataIndex).toBe(true);
      }
      expect(walk.length).toBeGreaterThan(0);
    },
  );

  test('are spoken with names and units', () => {
    expect(texts(LINES)[0]).toBe('exact, round 1: 56.6 % (54.6 % to 57.6 %)');
    expect(texts(LINES, { ...VIEW, axis: 'seconds' })[11]).toMatch(/^exact, 4 min: /);
    expect(texts(BARS)[0]).toBe('8 replicas, Uplink: 1 s, 28.6 %');
    expect(texts(BOXES)[0]).toBe('exact: median 3 s, quartiles 2 s to 4 s, whiskers 1 s to 6 s');
    expect(texts(SCATTER)[0]).toBe('8 replicas: time 3 s, cost $0.004; on the Pareto front');
    expect(texts(SPANS)[1]).toBe('Round 2: 4 s; shown below');
    expect(texts(SPANS)[4]).toBe('Round 5: 4 s; Enter shows its devices');
  });

  test('leave out the groups that are filtered out', () => {
    const shown = { ...VIEW, hidden: new Set(['greedy']) };
    expect(drawingOf(LINES, shown).walk.map(({ name }) => name)).toEqual(['exact', 'chance']);
    expect(drawingOf(BARS, shown).walk.map(({ name }) => name)).toEqual(['8 replicas']);
    expect(drawingOf(SCATTER, shown).walk.map(({ name }) => name)).toEqual(['exact']);
  });
});

test('an opened round shows its devices, the worst path first', () => {
  const { walk } = drawingOf(SPANS, { ...VIEW, round: 5 });
  expect(walk[1].name).toMatch(/, worst path$/);
  expect(walk[1].items[1].text).toContain('Uplink: 4.5 s, from 500 ms to 5 s');
  expect(walk[2].name).toBe('device 0');
});

test('a line that ends among the others, or has a long name, has its name in the legend, not at its end', () => {
  const long = 'a policy whose name takes more than a third of the chart';
  const line = (name: string, rounds: number) => ({
    name,
    points: Array.from({ length: rounds }, (_, index) => ({ x: [index + 1], y: index })),
  });
  const figure: Figure = {
    kind: 'lines',
    id: 'loss',
    title: 'Loss',
    x: [{ id: 'rounds', name: 'rounds', unit: '' }],
    y: { name: 'loss', unit: '' },
    series: [line('whole', 20), line('stopped', 4), line(long, 20)],
    references: [{ name: 'chance', value: 5 }],
  };
  expect(drawingOf(figure, VIEW).legend.map(({ name }) => name)).toEqual(['stopped', long]);
});

describe('bars', () => {
  const dwarfed: BarsFigure = {
    kind: 'bars',
    id: 'cost',
    title: 'Cost',
    value: { name: 'cost', unit: 'USD' },
    parts: [{ name: 'a' }, { name: 'b' }],
    bars: [
      { name: 'one', values: [1, 2] },
      { name: 'other', values: [100, 200] },
    ],
  };

  test('of which one dwarfs the rest are totals on a logarithmic axis', () => {
    const { option, omitted } = drawingOf(dwarfed, VIEW);
    expect(option.xAxis).toMatchObject({ type: 'log' });
    expect(omitted).toContain('only the totals');
    expect(texts(dwarfed)).toEqual(['one: $3', 'other: $300']);
  });

  test('as shares are stacked to 100 %', () => {
    const { option } = drawingOf(dwarfed, { ...VIEW, shares: true });
    expect(option.xAxis).toMatchObject({ type: 'value', max: 100 });
    expect(texts(dwarfed, { ...VIEW, shares: true })).toHaveLength(4);
  });
});

describe('the Pareto front', () => {
  test('is every point that no other beats on both axes', () => {
    const point = fc.record({
      name: fc.string(),
      x: fc.integer({ min: 0, max: 20 }),
      y: fc.integer({ min: 0, max: 20 }),
    });
    const side = fc.constantFrom('less' as const, 'more' as const);
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), side, side, (points, x, y) => {
        const better = (one: number, other: number, by: 'less' | 'more'): boolean =>
          by === 'less' ? one < other : one > other;
        const beaten = (one: { x: number; y: number }): boolean =>
          points.some(
            (other) =>
              !better(one.x, other.x, x) &&
              !better(one.y, other.y, y) &&
              (better(other.x, one.x, x) || better(other.y, one.y, y)),
          );
        const places = (list: readonly { x: number; y: number }[]): readonly string[] =>
          [...new Set(list.map((each) => `${each.x},${each.y}`))].sort();
        const front = paretoFront(points, { x, y });
        expect(places(front)).toEqual(places(points.filter((each) => !beaten(each))));
        expect(front.map((each) => each.x)).toEqual(front.map((each) => each.x).toSorted((a, b) => a - b));
      }),
    );
  });
});
