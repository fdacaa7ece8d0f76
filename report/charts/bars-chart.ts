import type { SeriesOption } from 'echarts';
import type { Bar, BarsFigure } from '#report/content/figures.ts';
import { SURFACES, seriesTone } from '#report/content/tones.ts';
import { quantityText, shortNumber } from '#report/page/numbers.ts';
import { horizontalAxis, scaledAxis } from './axes.ts';
import { baseOption } from './base-option.ts';
import { categoryRows, MARK_HEIGHT, ROW_HEIGHT } from './category-rows.ts';
import { colourOf, type Drawing, type View, type WalkSeries } from './drawing.ts';
import { walkTooltip } from './walk-tooltip.ts';

/** Maximum number of bars drawn at once. */
const DRAWN_BARS = 24;
/** Parts from this fraction of the longest bar on have gaps between them. */
const GAPPED_SHARE = 0.015;

/**
 * Horizontal stacked bars. Where the totals spread so widely that an axis would be logarithmic, whose lengths
 * cannot be stacked, only the totals are drawn; the shares show the parts.
 */
export function barsChart(figure: BarsFigure, view: View): Drawing {
  const { theme, shares, hidden } = view;
  const all = figure.bars.filter(({ group }) => group === undefined || !hidden.has(group));
  const bars = all.slice(0, DRAWN_BARS);
  const totals = bars.map(totalOf);
  const longest = totals.reduce((most, total) => Math.max(most, total), 0);
  const shared = shares && figure.parts.length > 1;
  const axis = shared
    ? scaledAxis({ name: 'share', unit: '%', scale: 'linear' }, [0, 100])
    : scaledAxis(figure.value, figure.value.scale === 'linear' ? [0, ...totals] : totals);
  const stacked = shared || !axis.extent.logarithmic;
  const linear =
    stacked && axis.extent.least > 0
      ? scaledAxis({ ...figure.value, scale: 'linear' }, [0, ...totals])
      : axis;
  const parts = stacked ? usedParts(figure, bars) : [];
  const walk: readonly WalkSeries[] = bars.map((bar, dataIndex) => ({
    name: bar.name,
    items: stacked
      ? parts.flatMap(({ index, name }, seriesIndex) =>
          bar.values[index] > 0
            ? [{ text: partText(bar, index, name, totals[dataIndex], figure), seriesIndex, dataIndex }]
            : [],
        )
      : [
          {
            text: `${bar.name}: ${quantityText(totals[dataIndex], figure.value.unit)}`,
            seriesIndex: 0,
            dataIndex,
          },
        ],
  }));
  const series: SeriesOption[] = stacked
    ? parts.map(({ index, name, colour }) => ({
        type: 'bar',
        name,
        stack: 'all',
        barWidth: MARK_HEIGHT,
        data: bars.map(({ values }, place) => ({
          value: shared ? percent(values[index], totals[place]) : values[index] / linear.display.factor,
          // A gap between parts; a part as narrow as the gap would vanish in it.
          itemStyle: { borderWidth: values[index] > GAPPED_SHARE * longest ? 1 : 0 },
        })),
        itemStyle: { color: colour, borderColor: SURFACES[theme].panel },
        emphasis: { focus: 'none', itemStyle: { borderColor: SURFACES[theme].ink, borderWidth: 2 } },
      }))
    : [
        {
          type: 'bar',
          name: figure.value.name,
          barWidth: MARK_HEIGHT,
          data: totals.map((total) => total / linear.display.factor),
          itemStyle: { color: colourOf('series1', theme) },
          emphasis: { itemStyle: { borderColor: SURFACES[theme].ink, borderWidth: 2 } },
        },
      ];
  const omitted = [
    all.length > bars.length
      ? `The first ${bars.length} of ${all.length} bars are drawn; the table and the files have all.`
      : '',
    stacked || figure.parts.length < 2
      ? ''
      : 'On this logarithmic axis only the totals are drawn; the shares show the parts.',
  ].filter((text) => text !== '');
  return {
    option: {
      ...baseOption(view),
      grid: { left: 10, right: 22, top: 8, bottom: 46 },
      xAxis: {
        ...horizontalAxis(linear, theme),
        splitLine: { show: true, lineStyle: { color: SURFACES[theme].rule } },
      },
      yAxis: categoryRows(
        bars.map(({ name }, place) => `${name}: ${quantityText(totals[place], figure.value.unit)}`),
        theme,
      ),
      tooltip: { ...baseOption(view).tooltip, trigger: 'item', formatter: walkTooltip(walk) },
      series,
    },
    height: Math.max(1, bars.length) * ROW_HEIGHT + 54,
    legend: parts.length > 1 ? parts.map(({ name, colour }) => ({ name, colour })) : [],
    walk: walk.filter(({ items }) => items.length > 0),
    ...(omitted.length > 0 ? { omitted: omitted.join(' ') } : {}),
  };

  function usedParts({ parts: declared }: BarsFigure, drawn: readonly Bar[]) {
    return declared
      .map(({ name, tone }, index) => ({ name, index, colour: colourOf(tone ?? seriesTone(index), theme) }))
      .filter(({ index }) => drawn.some(({ values }) => values[index] > 0));
  }
}

function totalOf({ values }: Bar): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function percent(value: number, total: number): number {
  return total === 0 ? 0 : (100 * value) / total;
}

function partText(
  bar: Bar,
  index: number,
  name: string,
  total: number,
  { value, parts }: BarsFigure,
): string {
  const amount = quantityText(bar.values[index], value.unit);
  return parts.length === 1
    ? `${bar.name}: ${amount}`
    : `${bar.name}, ${name}: ${amount}, ${shortNumber(percent(bar.values[index], total), 3)} %`;
}
