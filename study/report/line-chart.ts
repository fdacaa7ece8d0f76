import { tableOf } from './data-table.ts';
import { legendOf } from './legend.ts';
import { escapeText, shortInterval, shortNumber, tickNumber } from './markup.ts';
import { SERIES_COLOURS } from './palette.ts';
import { fittingScale, linearScale, type Scale } from './scale.ts';

export interface ChartPoint {
  readonly x: number;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Series {
  readonly name: string;
  readonly points: readonly ChartPoint[];
}

export interface LineChart {
  readonly title: string;
  readonly note: string;
  readonly xName: string;
  readonly yName: string;
  readonly series: readonly Series[];
  /** Series to compare with, such as limits; drawn as dashed lines. */
  readonly references?: readonly Series[];
  /**
   * Whether x is a quantity, whose axis is logarithmic if its values spread widely. False for round numbers.
   */
  readonly xIsQuantity?: boolean;
}

const WIDTH = 460;
const HEIGHT = 290;
const LEFT = 62;
const RIGHT = 24;
const BOTTOM = 44;
const TOP = 30;
/** Maximum number of series drawn; the table has all of them. */
const DRAWN_SERIES = 16;
/** Approximate maximum of markers on a line; a longer line has a marker at every n-th point. */
const MARKS = 40;

/** Lines over a common axis, with bands for confidence intervals, a legend and a table. */
export function lineChart(chart: LineChart): string {
  const shown = chart.series.slice(0, DRAWN_SERIES);
  const references = chart.references ?? [];
  const drawn = [
    ...shown.map((series, index) => ({ ...series, colour: colourOf(index) })),
    ...references.map((series) => ({ ...series, colour: 'reference dashed' })),
  ];
  const points = drawn.flatMap((series) => series.points);
  if (points.length === 0) return '';
  const x = (chart.xIsQuantity === true ? fittingScale : linearScale)(
    points.map((point) => point.x),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = valueScale(points);
  const lines = drawn.map((series) => lineOf(series, chart, x, y));
  const label = escapeText(`${chart.title}: ${chart.yName} over ${chart.xName}`);
  const svg = `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="${label}">${axes(chart, x, y)}${lines.join('')}</svg>`;
  const legend = legendOf(drawn);
  const left =
    chart.series.length > shown.length
      ? ` The first ${shown.length} of ${chart.series.length} are drawn; the table has all.`
      : '';
  const table = tableOf({
    titles: ['', chart.xName, chart.yName],
    rows: [...chart.series, ...references].flatMap((series) =>
      series.points.map((point) => [series.name, shortNumber(point.x), shortInterval(point)]),
    ),
  });
  return `<section class="chart"><h2>${escapeText(chart.title)}</h2><p>${escapeText(chart.note + left)}</p>${svg}${legend}${table}</section>`;
}

/**
 * A scale for the upper ends of the bands and, if it is linear, for the lower ends. On a logarithmic scale, a
 * band that reaches down to zero ends at the axis.
 */
function valueScale(points: readonly ChartPoint[]): Scale {
  const upper = points.flatMap(({ mean, high }) => [mean, high ?? mean]);
  const fitting = fittingScale(upper, HEIGHT - BOTTOM, TOP);
  return fitting.logarithmic ? fitting : linearScale([...upper, ...points.map(lowEnd)], HEIGHT - BOTTOM, TOP);
}

/** The lower end of a band as drawn: 0 at least if the mean is not negative. */
function lowEnd({ mean, low }: ChartPoint): number {
  return mean >= 0 ? Math.max(0, low ?? mean) : (low ?? mean);
}

function colourOf(index: number): string {
  const colour = SERIES_COLOURS[index % SERIES_COLOURS.length];
  return index < SERIES_COLOURS.length ? colour : `${colour} dashed`;
}

function axes({ xName, yName }: LineChart, x: Scale, y: Scale): string {
  const horizontal = y.ticks.map((tick) => {
    const place = y.place(tick).toFixed(1);
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${place}" y2="${place}"/><text class="tick" x="${LEFT - 6}" y="${place}" dy="4" text-anchor="end">${tickNumber(tick)}</text>`;
  });
  const vertical = x.ticks.map(
    (tick) =>
      `<text class="tick" x="${x.place(tick).toFixed(1)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${tickNumber(tick)}</text>`,
  );
  const names = `<text class="name" x="${(LEFT + WIDTH) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeText(axisName(xName, x))}</text><text class="name" x="4" y="13">${escapeText(axisName(yName, y))}</text>`;
  return `${horizontal.join('')}${vertical.join('')}${names}`;
}

function axisName(name: string, { logarithmic }: Scale): string {
  return logarithmic ? `${name}, logarithmic` : name;
}

function lineOf(
  { name, points, colour }: Series & { readonly colour: string },
  { xName, yName }: LineChart,
  x: Scale,
  y: Scale,
): string {
  const at = (horizontal: number, vertical: number): string =>
    `${x.place(horizontal).toFixed(1)},${y.place(vertical).toFixed(1)}`;
  const upper = points.map((point) => at(point.x, point.high ?? point.mean));
  const lower = points.map((point) => at(point.x, lowEnd(point))).reverse();
  const banded = points.some(({ low }) => low !== null);
  const band = banded ? `<polygon class="band" points="${[...upper, ...lower].join(' ')}"/>` : '';
  const line = `<polyline class="line" points="${points.map((point) => at(point.x, point.mean)).join(' ')}"/>`;
  const every = Math.ceil(points.length / MARKS);
  const marks = points
    .filter((_, place) => place % every === 0 || place === points.length - 1)
    .map((point) => {
      const tip = escapeText(`${name}: ${yName} ${shortInterval(point)} at ${xName} ${shortNumber(point.x)}`);
      const [cx, cy] = at(point.x, point.mean).split(',');
      return `<circle class="mark" cx="${cx}" cy="${cy}" r="3.5" tabindex="0" data-tip="${tip}"><title>${tip}</title></circle>`;
    });
  return `<g class="series ${colour}">${band}${line}${marks.join('')}</g>`;
}
