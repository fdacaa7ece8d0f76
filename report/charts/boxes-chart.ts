import type { Box, BoxesFigure } from '#report/content/figures.ts';
import { SURFACES } from '#report/content/tones.ts';
import { quantityText } from '#report/page/numbers.ts';
import { horizontalAxis, referenceLines, scaledAxis } from './axes.ts';
import { baseOption } from './base-option.ts';
import { categoryRows, MARK_HEIGHT, ROW_HEIGHT } from './category-rows.ts';
import { colourOf, type Drawing, type View, type WalkSeries } from './drawing.ts';
import { walkTooltip } from './walk-tooltip.ts';

const DRAWN_BOXES = 40;

/** Horizontal box plots. */
export function boxesChart(figure: BoxesFigure, view: View): Drawing {
  const { theme, hidden } = view;
  const all = figure.boxes.filter(({ group }) => group === undefined || !hidden.has(group));
  const boxes = all.slice(0, DRAWN_BOXES);
  const references = figure.references ?? [];
  const axis = scaledAxis(figure.value, [
    ...boxes.flatMap(({ low, high, outliers = [] }) => [low, high, ...outliers]),
    ...references.map(({ value }) => value),
  ]);
  const { factor } = axis.display;
  const outliers = boxes.flatMap(({ name, outliers: values = [] }, row) =>
    values.map((value) => ({ name, row, value })),
  );
  const walk: readonly WalkSeries[] = boxes.map((box, dataIndex) => ({
    name: box.name,
    items: [
      { text: boxText(box, figure), seriesIndex: 0, dataIndex },
      ...outliers.flatMap(({ row, value }, index) =>
        row === dataIndex
          ? [
              {
                text: `${box.name}, outlier: ${quantityText(value, figure.value.unit)}`,
                seriesIndex: 1,
                dataIndex: index,
              },
            ]
          : [],
      ),
    ],
  }));
  const colour = colourOf('series1', theme);
  return {
    option: {
      ...baseOption(view),
      grid: { left: 10, right: 22, top: references.length > 0 ? 24 : 8, bottom: 46 },
      xAxis: {
        ...horizontalAxis(axis, theme),
        splitLine: { show: true, lineStyle: { color: SURFACES[theme].rule } },
      },
      yAxis: categoryRows(
        boxes.map(({ name, median }) => `${name}: ${quantityText(median, figure.value.unit)}`),
        theme,
      ),
      tooltip: { ...baseOption(view).tooltip, trigger: 'item', formatter: walkTooltip(walk) },
      series: [
        {
          type: 'boxplot',
          layout: 'horizontal',
          boxWidth: [MARK_HEIGHT, MARK_HEIGHT],
          data: boxes.map(({ low, lowerQuartile, median, upperQuartile, high }) =>
            [low, lowerQuartile, median, upperQuartile, high].map((value) => value / factor),
          ),
          itemStyle: { color: 'transparent', borderColor: colour, borderWidth: 2 },
          emphasis: { itemStyle: { borderColor: SURFACES[theme].ink, borderWidth: 2 } },
          markLine: referenceLines(references, axis, theme, 'xAxis'),
        },
        {
          type: 'scatter',
          data: outliers.map(({ row, value }) => [value / factor, row]),
          symbolSize: 6,
          itemStyle: { color: colour, opacity: 1 },
        },
      ],
    },
    height: Math.max(1, boxes.length) * ROW_HEIGHT + (references.length > 0 ? 70 : 54),
    legend: [],
    walk,
    ...(all.length > boxes.length
      ? { omitted: `The first ${boxes.length} of ${all.length} are drawn; the table and the files have all.` }
      : {}),
  };
}

function boxText(
  { name, low, lowerQuartile, median, upperQuartile, high }: Box,
  { value: { unit } }: BoxesFigure,
): string {
  const text = (value: number): string => quantityText(value, unit);
  return `${name}: median ${text(median)}, quartiles ${text(lowerQuartile)} to ${text(upperQuartile)}, whiskers ${text(low)} to ${text(high)}`;
}
