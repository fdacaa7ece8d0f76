import type { EChartsOption, SeriesOption } from 'echarts';
import type { LinesFigure } from '#report/content/figures.ts';
import { SURFACES } from '#report/content/tones.ts';
import { horizontalAxis, roundAxis, scaledAxis, verticalAxis } from './axes.ts';
import { baseOption, textWidth } from './base-option.ts';
import type { Drawing, View } from './drawing.ts';
import { labelEnds, unnamedLines } from './line-labels.ts';
import { bandOptions, lineOption } from './line-options.ts';
import { tooltipOf, walkOf } from './line-texts.ts';
import { constantsOf, NAMED_SERIES, shownSeries } from './shown-lines.ts';

/** Maximum number of series drawn at once; the table and the exported files have all of them. */
const DRAWN_SERIES = 16;

/** Bands are drawn up to this number of series; more would hide the lines. */
const BANDED_SERIES = 5;

/** Narrower charts have no room for names at the ends of lines [CSS pixels]. */
const NAMED_WIDTH = 400;

/** Most of a chart's width that names at the ends of lines take; longer names are in the legend. */
const NAMES_SHARE = 1 / 3;

/** Space beside these names [CSS pixels]. */
const NAMES_MARGIN = 14;

/** Margins of the plot, on the right without names [CSS pixels]. */
const [LEFT, TOP, RIGHT, BOTTOM] = [52, 34, 18, 46];

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
  const unnamed = named ? unnamedLines(shown, NAMES_SHARE * view.width - NAMES_MARGIN) : shown;
  const right = Math.max(
    RIGHT,
    ...shown.filter((line) => !unnamed.includes(line)).map(({ name }) => NAMES_MARGIN + textWidth(name)),
  );
  const height = figure.wide === true ? 360 : 300;
  const ends = labelEnds(shown, x, y, { width: view.width - LEFT - right, height: height - TOP - BOTTOM });
  const series: SeriesOption[] = shown.map((line, index) =>
    lineOption(
      line,
      x,
      y,
      unnamed.includes(line) ? { show: false } : { show: true, offset: [0, ends[index]] },
    ),
  );
  const banded = shown.filter(({ known }) => known.some(({ low }) => low !== undefined));
  const bands = banded.length > BANDED_SERIES ? [] : banded;
  series.push(...bands.flatMap((line) => bandOptions(line, x, y)));
  const omitted = [
    ...(all.length > lines.length
      ? [`The first ${lines.length} of ${all.length} series are drawn; the table and the files have all.`]
      : []),
    ...(bands.length < banded.length
      ? [`Bands are drawn for up to ${BANDED_SERIES} series: choose fewer at the top.`]
      : []),
  ];
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
    legend: shown.length < 2 ? [] : unnamed.map(({ name, colour, dashed }) => ({ name, colour, dashed })),
    walk: shown.map((line, index) => walkOf(line, index, figure, axisIndex)),
    ...(omitted.length > 0 ? { omitted: omitted.join(' ') } : {}),
  };
}
