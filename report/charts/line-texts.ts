import type { LinePoint, LinesFigure } from '#report/content/figures.ts';
import { escapeText } from '#report/page/markup.ts';
import { quantityText } from '#report/page/numbers.ts';
import type { WalkSeries } from './drawing.ts';
import { markPlace } from './mark-place.ts';
import type { Shown } from './shown-lines.ts';

/** The texts of a line's points, for the keyboard. */
export function walkOf(line: Shown, seriesIndex: number, figure: LinesFigure, axisIndex: number): WalkSeries {
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
export function tooltipOf(
  found: unknown,
  figure: LinesFigure,
  axisIndex: number,
  shown: readonly Shown[],
): string {
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
