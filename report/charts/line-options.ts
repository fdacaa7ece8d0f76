import type { SeriesOption } from 'echarts';
import type { ScaledAxis } from './axes.ts';
import type { Shown } from './shown-lines.ts';

/** Lines up to this number of points show each point as a mark. */
const MARKED_POINTS = 45;

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'arrow'] as const;

/** A line with its marks and, where there is room, its name at its end. */
export function lineOption(
  line: Shown,
  x: ScaledAxis,
  y: ScaledAxis,
  label: { readonly show: boolean; readonly offset?: number[] },
): SeriesOption {
  return {
    type: 'line',
    name: line.name,
    data: line.known.map((point) => [point.at / x.display.factor, point.y / y.display.factor]),
    symbol: SYMBOLS[line.place % SYMBOLS.length],
    symbolSize: 6,
    showSymbol: line.known.length <= MARKED_POINTS && line.reference !== true,
    showAllSymbol: true,
    lineStyle: { color: line.colour, width: 2, type: line.dashed ? [6, 4] : 'solid' },
    itemStyle: { color: line.colour },
    z: 3,
    emphasis: { focus: 'series', lineStyle: { width: 3 } },
    blur: { lineStyle: { opacity: 0.45 }, itemStyle: { opacity: 0.45 } },
    endLabel: {
      ...label,
      formatter: () => line.name,
      color: line.colour,
      distance: 6,
    },
  };
}

/** The area between low and high, with its edges. */
export function bandOptions(line: Shown, x: ScaledAxis, y: ScaledAxis): readonly SeriesOption[] {
  const upper = line.known.map(({ at, y: value, high }) => [
    at / x.display.factor,
    (high ?? value) / y.display.factor,
  ]);
  const lower = line.known.map(({ at, y: value, low }) => [
    at / x.display.factor,
    (low ?? value) / y.display.factor,
  ]);
  const outline = [...upper, ...lower.toReversed()];
  return [
    {
      type: 'custom',
      silent: true,
      z: 1,
      clip: true,
      data: [0],
      tooltip: { show: false },
      renderItem: (_, api) => ({
        type: 'polygon',
        shape: { points: outline.map((point) => api.coord(point)) },
        style: { fill: line.colour, opacity: 0.14 },
      }),
    },
    ...[upper, lower].map(
      (edge): SeriesOption => ({
        type: 'line',
        silent: true,
        z: 2,
        data: edge,
        symbol: 'none',
        lineStyle: { color: line.colour, width: 1, opacity: 0.75 },
        tooltip: { show: false },
      }),
    ),
  ];
}
