import type { SeriesOption } from 'echarts';
import type { SpanRow, SpansFigure } from '#report/content/figures.ts';
import { SURFACES, seriesTone } from '#report/content/tones.ts';
import { quantityText } from '#report/page/numbers.ts';
import { horizontalAxis, roundAxis, scaledAxis, verticalAxis } from './axes.ts';
import { baseOption, textWidth } from './base-option.ts';
import { colourOf, type Drawing, type View, type WalkSeries } from './drawing.ts';
import { walkTooltip } from './walk-tooltip.ts';

/** Maximum number of devices drawn of a round; the slowest are taken. */
const DRAWN_ROWS = 40;
const OVERVIEW_HEIGHT = 170;
const ROW_HEIGHT = 20;

/** All rounds as columns; below, the devices of the open traced round as spans, the slowest device first. */
export function spansChart(figure: SpansFigure, view: View): Drawing {
  const { theme } = view;
  const { ink, panel, dim } = SURFACES[theme];
  const open = figure.traced.find(({ round }) => round === view.round) ?? figure.traced[0];
  const traced = new Set(figure.traced.map(({ round }) => round));
  const rows = slowestFirst(open?.rows ?? []).slice(0, DRAWN_ROWS);
  const spans = rows.flatMap((row, place) => row.spans.map((span) => ({ ...span, row, place })));
  const rounds = roundAxis(
    'round',
    figure.rounds.map(({ round }) => round),
  );
  const seconds = scaledAxis({ name: 'time of the round', unit: 's', scale: 'linear' }, [
    0,
    ...figure.rounds.map((round) => round.seconds),
  ]);
  const time = scaledAxis(
    { name: `time since the start of round ${open?.round ?? '-'}`, unit: 's', scale: 'linear' },
    [0, ...spans.map(({ endSeconds }) => endSeconds)],
  );
  const colours = figure.parts.map(({ tone }, index) => colourOf(tone ?? seriesTone(index), theme));
  const names = rows.map(({ name, worst }) => (worst === true ? `${name}, worst path` : name));
  const walk: readonly WalkSeries[] = [
    {
      name: 'rounds',
      items: figure.rounds.map(({ round, seconds: value }, dataIndex) => ({
        text: `Round ${round}: ${quantityText(value, 's')}${traced.has(round) ? (round === open?.round ? '; shown below' : '; Enter shows its devices') : '; not traced'}`,
        seriesIndex: 0,
        dataIndex,
        ...(traced.has(round) ? { opensRound: round } : {}),
      })),
    },
    ...names.map((name, place) => ({
      name,
      items: spans.flatMap((span, dataIndex) =>
        span.place === place
          ? [
              {
                text: `${name}, ${figure.parts[span.part]?.name ?? ''}: ${quantityText(span.endSeconds - span.startSeconds, 's')}, from ${quantityText(span.startSeconds, 's')} to ${quantityText(span.endSeconds, 's')}`,
                seriesIndex: 1,
                dataIndex,
              },
            ]
          : [],
      ),
    })),
  ];
  const left = Math.min(Math.floor(view.width * 0.4), 16 + Math.max(44, ...names.map(textWidth)));
  const overview: SeriesOption = {
    type: 'bar',
    xAxisIndex: 0,
    yAxisIndex: 0,
    barMaxWidth: 18,
    data: figure.rounds.map(({ round, seconds: value }) => ({
      value: [round, value / seconds.display.factor],
      itemStyle: {
        color: traced.has(round) ? colourOf('series1', theme) : colourOf('idle', theme),
        ...(round === open?.round ? { borderColor: ink, borderWidth: 2 } : {}),
      },
    })),
    emphasis: { itemStyle: { borderColor: ink, borderWidth: 2 } },
  };
  const detail: SeriesOption = {
    type: 'custom',
    xAxisIndex: 1,
    yAxisIndex: 1,
    clip: true,
    data: spans.map(({ startSeconds, endSeconds, place, part }) => [
      startSeconds / time.display.factor,
      endSeconds / time.display.factor,
      place,
      part,
    ]),
    encode: { x: [0, 1], y: 2 },
    renderItem: (_, api) => {
      const row = Number(api.value(2));
      const [start, middle] = api.coord([api.value(0), row]);
      const [end] = api.coord([api.value(1), row]);
      const worst = rows[row]?.worst === true;
      const height = worst ? ROW_HEIGHT - 4 : ROW_HEIGHT - 8;
      return {
        type: 'rect',
        shape: { x: start, y: middle - height / 2, width: Math.max(1, end - start), height },
        style: { fill: colours[Number(api.value(3))] ?? dim, stroke: worst ? ink : panel, lineWidth: 1 },
        emphasis: { style: { stroke: ink, lineWidth: 2 } },
      };
    },
  };
  const used = new Set(spans.map(({ part }) => part));
  const detailTop = OVERVIEW_HEIGHT + 40;
  return {
    option: {
      ...baseOption(view),
      grid: [
        { left, right: 22, top: 34, height: OVERVIEW_HEIGHT - 80 },
        { left, right: 22, top: detailTop, height: Math.max(1, rows.length) * ROW_HEIGHT },
      ],
      xAxis: [
        { ...horizontalAxis(padded(rounds), theme), gridIndex: 0 },
        {
          ...horizontalAxis(time, theme),
          gridIndex: 1,
          splitLine: { show: true, lineStyle: { color: SURFACES[theme].rule } },
        },
      ],
      yAxis: [
        { ...verticalAxis(seconds, theme), gridIndex: 0 },
        {
          type: 'category',
          gridIndex: 1,
          inverse: true,
          data: names,
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: { color: ink, interval: 0, width: left - 12, overflow: 'truncate' },
        },
      ],
      tooltip: { ...baseOption(view).tooltip, trigger: 'item', formatter: walkTooltip(walk) },
      series: [overview, detail],
    },
    height: detailTop + Math.max(1, rows.length) * ROW_HEIGHT + 50,
    legend: figure.parts.flatMap(({ name }, part) =>
      used.has(part) ? [{ name, colour: colours[part] }] : [],
    ),
    walk,
    ...((open?.rows.length ?? 0) > rows.length
      ? {
          omitted: `The ${rows.length} slowest of ${open?.rows.length ?? 0} devices are drawn; the table and the files have all.`,
        }
      : {}),
  };
}

function slowestFirst(rows: readonly SpanRow[]): readonly SpanRow[] {
  const end = ({ spans }: SpanRow): number =>
    spans.reduce((most, { endSeconds }) => Math.max(most, endSeconds), 0);
  return rows.toSorted(
    (left, right) => Number(right.worst === true) - Number(left.worst === true) || end(right) - end(left),
  );
}

/** Room for half a column at both ends. */
function padded(axis: ReturnType<typeof roundAxis>): ReturnType<typeof roundAxis> {
  const { extent } = axis;
  return { ...axis, extent: { ...extent, least: extent.least - 0.6, greatest: extent.greatest + 0.6 } };
}
