import type { EChartsOption, SeriesOption } from 'echarts';
import type { LinePoint, LineSeries, LinesFigure } from '#report/content/figures.ts';
import { SURFACES, seriesTone } from '#report/content/tones.ts';
import { escapeText } from '#report/page/markup.ts';
import { quantityText } from '#report/page/numbers.ts';
import {
  horizontalAxis,
  referenceLines,
  roundAxis,
  type ScaledAxis,
  scaledAxis,
  verticalAxis,
} from './axes.ts';
import { baseOption, textWidth } from './base-option.ts';
import { colourOf, type Drawing, type View, type WalkSeries } from './drawing.ts';
import { markPlace } from './mark-place.ts';

/** Maximum number of series drawn at once; the table and the exported files have all of them. */
const DRAWN_SERIES = 16;
/** Series up to this number are named at the ends of their lines. */
const NAMED_SERIES = 8;
/** Lines up to this number of points show each point as a mark. */
const MARKED_POINTS = 45;
/** Narrower charts have no room for names at the ends of lines [CSS pixels]. */
const NAMED_WIDTH = 520;

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'arrow'] as const;

interface Shown extends LineSeries {
  readonly place: number;
  readonly colour: string;
  readonly dashed: boolean;
  /** Points with a value on the chosen axis. */
  readonly known: readonly (LinePoint & { readonly at: number })[];
}

/** Lines with bands over the chosen x axis. */
export function linesChart(figure: LinesFigure, view: View): Drawing {
  const { theme } = view;
  const axisIndex = Math.max(
    0,
    figure.x.findIndex(({ id }) => id === view.axis),
  );
  const axis = figure.x[axisIndex];
  const all = shownSeries(figure, view, axisIndex);
  const shown = all.slice(0, DRAWN_SERIES);
  const places = shown.flatMap(({ known }) => known.map(({ at }) => at));
  const x = axis.id === 'rounds' ? roundAxis(axis.name, places) : scaledAxis(axis, places);
  const y = scaledAxis(figure.y, [
    ...shown.flatMap(({ known }) =>
      known.flatMap(({ y: value, low, high }) => [value, low ?? value, high ?? value]),
    ),
    ...(figure.references ?? []).map(({ value }) => value),
  ]);
  const named = view.width >= NAMED_WIDTH && shown.length <= NAMED_SERIES && shown.length > 1;
  const right = named ? Math.min(170, 14 + Math.max(...shown.map(({ name }) => textWidth(name)))) : 18;
  const series: SeriesOption[] = shown.map((line) => lineOption(line, x, y, named, view));
  const bands = shown.filter(({ known }) => known.some(({ low }) => low !== undefined));
  series.push(...bands.flatMap((line) => bandOptions(line, x, y)));
  series.push({
    type: 'line',
    data: [],
    silent: true,
    markLine: referenceLines(figure.references ?? [], y, theme, 'yAxis'),
  });
  const option: EChartsOption = {
    ...baseOption(view),
    grid: { left: 52, right, top: 34, bottom: 46 },
    xAxis: horizontalAxis(x, theme),
    yAxis: verticalAxis(y, theme),
    dataZoom: [
      {
        type: 'inside',
        xAxisIndex: 0,
        filterMode: 'none',
        zoomOnMouseWheel: 'ctrl',
        moveOnMouseMove: false,
        moveOnMouseWheel: false,
        preventDefaultMouseMove: false,
      },
    ],
    tooltip: {
      ...baseOption(view).tooltip,
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: SURFACES[theme].dim } },
      formatter: (found: unknown) => tooltipOf(found, figure, axisIndex, shown),
    },
    series,
  };
  return {
    option,
    height: figure.wide === true ? 360 : 300,
    legend: shown.map(({ name, colour, dashed }) => ({ name, colour, dashed })),
    walk: shown.map((line, index) => walkOf(line, index, figure, axisIndex)),
    ...(all.length > shown.length
      ? {
          omitted: `The first ${shown.length} of ${all.length} series are drawn; the table and the files have all.`,
        }
      : {}),
  };
}

function shownSeries(figure: LinesFigure, { hidden, theme }: View, axisIndex: number): readonly Shown[] {
  let ordinary = -1;
  return figure.series
    .map((line) => {
      if (line.reference !== true) ordinary += 1;
      const known = line.points.flatMap((point) => {
        const at = point.x[axisIndex] ?? null;
        return at === null ? [] : [{ ...point, at }];
      });
      return {
        ...line,
        known,
        place: Math.max(0, ordinary),
        colour: line.reference === true ? SURFACES[theme].dim : colourOf(seriesTone(ordinary), theme),
        dashed: line.reference === true || ordinary >= NAMED_SERIES,
      };
    })
    .filter(({ group, known }) => known.length > 0 && (group === undefined || !hidden.has(group)));
}

function lineOption(
  line: Shown,
  x: ScaledAxis,
  y: ScaledAxis,
  named: boolean,
  { theme }: View,
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
      show: named,
      formatter: () => line.name,
      color: SURFACES[theme].ink,
      distance: 6,
      width: 150,
      overflow: 'truncate',
    },
    labelLayout: { moveOverlap: 'shiftY' },
  };
}

/** The area between low and high, with its edges. */
function bandOptions(line: Shown, x: ScaledAxis, y: ScaledAxis): readonly SeriesOption[] {
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

function walkOf(line: Shown, seriesIndex: number, figure: LinesFigure, axisIndex: number): WalkSeries {
  return {
    name: line.name,
    items: line.known.map((point, dataIndex) => ({
      text: `${line.name}, ${xText(point.at, figure, axisIndex)}: ${valueText(point, figure)}`,
      seriesIndex,
      dataIndex,
    })),
  };
}

function xText(at: number, { x }: LinesFigure, axisIndex: number): string {
  const axis = x[axisIndex];
  return axis.id === 'rounds' ? `${axis.name} ${at}` : quantityText(at, axis.unit);
}

function valueText({ y: value, low, high }: LinePoint, { y }: LinesFigure): string {
  const text = quantityText(value, y.unit);
  return low === undefined || high === undefined
    ? text
    : `${text} (${quantityText(low, y.unit)} to ${quantityText(high, y.unit)})`;
}

/** The values of all series at the pointer, the largest first. */
function tooltipOf(found: unknown, figure: LinesFigure, axisIndex: number, shown: readonly Shown[]): string {
  const items: readonly unknown[] = Array.isArray(found) ? found : [found];
  const points = items
    .flatMap((item) => {
      const place = markPlace(item);
      const line = place === undefined ? undefined : shown[place.seriesIndex];
      const point = line?.known[place?.dataIndex ?? -1];
      return line === undefined || point === undefined ? [] : [{ line, point }];
    })
    .sort((left, right) => right.point.y - left.point.y);
  if (points.length === 0) return '';
  const rows = points.map(
    ({ line, point }) =>
      `<div><span class="swatch" style="background:${line.colour}"></span>${escapeText(line.name)}: <b>${escapeText(valueText(point, figure))}</b></div>`,
  );
  return `<div>${escapeText(xText(points[0].point.at, figure, axisIndex))}</div>${rows.join('')}`;
}
