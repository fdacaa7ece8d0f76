import type { SeriesOption } from 'echarts';
import type { ScatterFigure, ScatterPoint } from '#report/content/figures.ts';
import { SURFACES, seriesTone } from '#report/content/tones.ts';
import { quantityText } from '#report/page/numbers.ts';
import { horizontalAxis, placeOn, type ScaledAxis, scaledAxis, verticalAxis } from './axes.ts';
import { baseOption } from './base-option.ts';
import { colourOf, type Drawing, type View } from './drawing.ts';
import { paretoFront } from './pareto-front.ts';
import { walkTooltip } from './walk-tooltip.ts';

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'arrow', 'pin'] as const;

/** Points of each group in a colour and shape, with the Pareto front as a line through named points. */
export function scatterChart(figure: ScatterFigure, view: View): Drawing {
  const { theme, hidden } = view;
  const points = figure.points.filter(({ group }) => group === undefined || !hidden.has(group));
  const x = scaledAxis(
    figure.x,
    points.map((point) => point.x),
  );
  const y = scaledAxis(
    figure.y,
    points.map((point) => point.y),
  );
  const front = figure.better === undefined ? [] : paretoFront(points, figure.better);
  const names = [...new Set(figure.points.map(({ group }) => group ?? ''))];
  const groups = names
    .map((name, place) => ({ name, place, members: points.filter(({ group }) => (group ?? '') === name) }))
    .filter(({ members }) => members.length > 0);
  const place = (point: ScatterPoint): number[] => [point.x / x.display.factor, point.y / y.display.factor];
  const walk = groups.map(({ name, members }, seriesIndex) => ({
    name: name || figure.title,
    items: members.map((point, dataIndex) => ({
      text: `${point.name}: ${figure.x.name} ${quantityText(point.x, figure.x.unit)}, ${figure.y.name} ${quantityText(point.y, figure.y.unit)}${front.includes(point) ? '; on the Pareto front' : ''}`,
      seriesIndex,
      dataIndex,
    })),
  }));
  const { ink, panel } = SURFACES[theme];
  const series: SeriesOption[] = groups.map(({ name, place: group, members }) => ({
    type: 'scatter',
    name,
    symbol: SYMBOLS[group % SYMBOLS.length],
    symbolSize: 11,
    z: 3,
    itemStyle: { color: colourOf(seriesTone(group), theme), borderColor: panel, borderWidth: 1, opacity: 1 },
    emphasis: { itemStyle: { borderColor: ink, borderWidth: 2 } },
    data: members.map((point) => ({
      value: place(point),
      label: {
        show: front.includes(point),
        formatter: () => point.name,
        position: isBelowAnother(point, front, x, y) ? 'bottom' : 'top',
        color: ink,
        distance: 7,
      },
    })),
    labelLayout: { hideOverlap: true },
  }));
  if (front.length > 1) {
    series.push({
      type: 'line',
      silent: true,
      z: 2,
      data: front.map(place),
      symbol: 'none',
      lineStyle: { color: ink, width: 1.5, type: 'dashed' },
    });
  }
  return {
    option: {
      ...baseOption(view),
      grid: { left: 56, right: 40, top: 34, bottom: 46 },
      xAxis: {
        ...horizontalAxis(x, theme),
        splitLine: { show: true, lineStyle: { color: SURFACES[theme].rule } },
      },
      yAxis: verticalAxis(y, theme),
      tooltip: { ...baseOption(view).tooltip, trigger: 'item', formatter: walkTooltip(walk) },
      series,
    },
    height: 380,
    legend: [
      ...(names.length > 1
        ? groups.map(({ name, place: group }) => ({ name, colour: colourOf(seriesTone(group), theme) }))
        : []),
      ...(front.length > 1 ? [{ name: 'Pareto front', colour: ink, dashed: true }] : []),
    ],
    walk,
  };
}

/** Points closer than this have names that would overlap, as shares of the plot's width and height. */
const [NEAR_ACROSS, NEAR_DOWN] = [0.25, 0.06];

/** Whether a named point is near a higher one, so that its name belongs below its mark. */
function isBelowAnother(
  point: ScatterPoint,
  named: readonly ScatterPoint[],
  x: ScaledAxis,
  y: ScaledAxis,
): boolean {
  return named.some(
    (other) =>
      other.y > point.y &&
      placeOn(y, other.y) - placeOn(y, point.y) < NEAR_DOWN &&
      Math.abs(placeOn(x, other.x) - placeOn(x, point.x)) < NEAR_ACROSS,
  );
}
