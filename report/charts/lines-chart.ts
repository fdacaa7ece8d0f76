import type { EChartsOption, SeriesOption } from 'echarts';
import type { LinePoint, LineSeries, LinesFigure } from '#report/content/figures.ts';
import { SURFACES, seriesTone } from '#report/content/tones.ts';
import { escapeText } from '#report/page/markup.ts';
import { quantityText } from '#report/page/numbers.ts';
import { horizontalAxis, roundAxis, type ScaledAxis, scaledAxis, verticalAxis } from './axes.ts';
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
const NAMED_WIDTH = 400;
/** Margins of the plot [CSS pixels]. */
const [LEFT, TOP, BOTTOM] = [52, 34, 46];
/** Distance of names of lines [CSS pixels]. */
const LABEL_HEIGHT = 14;
/** Lines that end closer than this to each other have names that can overlap [CSS pixels]. */
const NEAR_ENDS = 70;

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
  const lines = all.slice(0, DRAWN_SERIES);
  const shown = [...lines, ...constantsOf(figure, view, lines)];
  const places = shown.flatMap(({ known }) => known.map(({ at }) => at));
  const x = axis.id === 'rounds' ? roundAxis(axis.name, places) : scaledAxis(axis, places);
  const y = scaledAxis(
    figure.y,
    shown.flatMap(({ known }) =>
      known.flatMap(({ y: value, low, high }) => [value, low ?? value, high ?? value]),
    ),
  );
  const named = view.width >= NAMED_WIDTH && shown.length <= NAMED_SERIES && shown.length > 1;
  const right = named ? Math.min(170, 14 + Math.max(...shown.map(({ name }) => textWidth(name)))) : 18;
  const height = figure.wide === true ? 360 : 300;
  const ends = labelEnds(shown, x, y, { width: view.width - LEFT - right, height: height - TOP - BOTTOM });
  const series: SeriesOption[] = shown.map((line, index) =>
    lineOption(line, x, y, named ? { show: true, offset: [0, ends[index]] } : { show: false }),
  );
  const bands = shown.filter(({ known }) => known.some(({ low }) => low !== undefined));
  series.push(...bands.flatMap((line) => bandOptions(line, x, y)));
  const option: EChartsOption = {
    ...baseOption(view),
    grid: { left: LEFT, right, top: TOP, bottom: BOTTOM },
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
    height,
    legend:
      named || shown.length < 2 ? [] : shown.map(({ name, colour, dashed }) => ({ name, colour, dashed })),
    walk: shown.map((line, index) => walkOf(line, index, figure, axisIndex)),
    ...(all.length > lines.length
      ? {
          omitted: `The first ${lines.length} of ${all.length} series are drawn; the table and the files have all.`,
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

/** The figure's constants as lines across the chart. */
function constantsOf(
  { references = [] }: LinesFigure,
  { theme }: View,
  lines: readonly Shown[],
): readonly Shown[] {
  const places = lines.flatMap(({ known }) => known.map(({ at }) => at));
  if (places.length === 0) return [];
  const ends = [places.reduce((a, b) => Math.min(a, b)), places.reduce((a, b) => Math.max(a, b))];
  return references.map(({ name, value }) => ({
    name,
    reference: true,
    points: [],
    place: 0,
    colour: SURFACES[theme].dim,
    dashed: true,
    known: ends.map((at) => ({ x: [at], at, y: value })),
  }));
}

function lineOption(
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
      width: 150,
      overflow: 'truncate',
    },
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

/** How far each name is moved down from the end of its line so that no two names overlap [CSS pixels]. */
function labelEnds(
  lines: readonly Shown[],
  x: ScaledAxis,
  y: ScaledAxis,
  plot: { readonly width: number; readonly height: number },
): readonly number[] {
  const ends = lines.map(({ known }, index) => {
    const last = known[known.length - 1];
    return {
      index,
      across: plot.width * placeOn(x, last.at),
      down: plot.height * (1 - placeOn(y, last.y)),
    };
  });
  const moved = ends.map(() => 0);
  const placed: { readonly across: number; readonly down: number }[] = [];
  for (const { index, across, down } of ends.toSorted((left, right) => left.down - right.down)) {
    let at = down;
    for (const other of placed) {
      const beside = Math.abs(other.across - across) < NEAR_ENDS;
      if (beside && at < other.down + LABEL_HEIGHT) at = other.down + LABEL_HEIGHT;
    }
    placed.push({ across, down: at });
    moved[index] = at - down;
  }
  return moved;
}

/** The place of a value on an axis, from 0 to 1. */
function placeOn({ extent, display }: ScaledAxis, value: number): number {
  const scale = (number: number): number => (extent.logarithmic ? Math.log10(number) : number);
  const [low, high] = [scale(extent.least), scale(extent.greatest)];
  return (scale(value / display.factor) - low) / (high - low);
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
