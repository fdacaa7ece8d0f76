import type { XAXisComponentOption, YAXisComponentOption } from 'echarts';
import type { Quantity, ReferenceLine } from '#report/content/figures.ts';
import { SURFACES, type ThemeName } from '#report/content/tones.ts';
import { axisTitle, type DisplayStep, displayStep, tickNumber } from '#report/page/numbers.ts';
import { type Extent, extentOf } from './extent.ts';

/** An axis with its values scaled to the unit in which they are displayed. */
export interface ScaledAxis {
  readonly extent: Extent;
  readonly display: DisplayStep;
  readonly title: string;
}

/** The axis of a quantity for all values that are drawn on it. */
export function scaledAxis({ name, unit, scale }: Quantity, values: readonly number[]): ScaledAxis {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const display = displayStep(largest, unit);
  const extent = extentOf(
    values.map((value) => value / display.factor),
    scale,
  );
  const title = axisTitle(name, display.unit);
  return { extent, display, title: extent.logarithmic ? `${title}, logarithmic` : title };
}

/** The axis of whole rounds, which begins and ends at the first and the last one. */
export function roundAxis(name: string, rounds: readonly number[]): ScaledAxis {
  const least = rounds.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = rounds.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const extent =
    rounds.length === 0
      ? { logarithmic: false, least: 0, greatest: 1, step: 1 }
      : { logarithmic: false, least, greatest: Math.max(greatest, least + 1), step: 0 };
  return { extent, display: { factor: 1, unit: '' }, title: name };
}

function common({ extent }: ScaledAxis, theme: ThemeName) {
  const { dim, rule } = SURFACES[theme];
  return {
    min: extent.least,
    max: extent.greatest,
    ...(extent.step > 0 && !extent.logarithmic ? { interval: extent.step } : {}),
    axisLabel: {
      color: dim,
      hideOverlap: true,
      // The ends of an axis of rounds need not be whole numbers, and have no label then.
      formatter: (value: number) => (extent.step === 0 && !Number.isInteger(value) ? '' : tickNumber(value)),
    },
    splitLine: { lineStyle: { color: rule } },
    axisLine: { show: true, lineStyle: { color: dim } },
    axisTick: { show: false },
    minorSplitLine: { show: false },
    nameTextStyle: { color: dim },
  } as const;
}

export function horizontalAxis(axis: ScaledAxis, theme: ThemeName): XAXisComponentOption {
  return {
    ...common(axis, theme),
    type: axis.extent.logarithmic ? 'log' : 'value',
    ...(axis.extent.step === 0 ? { minInterval: 1 } : {}),
    splitLine: { show: false },
    name: axis.title,
    nameLocation: 'middle',
    nameGap: 28,
  };
}

export function verticalAxis(axis: ScaledAxis, theme: ThemeName): YAXisComponentOption {
  return {
    ...common(axis, theme),
    type: axis.extent.logarithmic ? 'log' : 'value',
    axisLine: { show: false },
    name: axis.title,
    nameLocation: 'end',
    nameGap: 12,
    nameTextStyle: { color: SURFACES[theme].dim, align: 'left', padding: [0, 0, 0, -44] },
  };
}

/** The dashed vertical lines of constants, with their names above. */
export function referenceLines(
  references: readonly ReferenceLine[],
  { display, extent }: ScaledAxis,
  theme: ThemeName,
) {
  const { ink, dim } = SURFACES[theme];
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: dim, type: 'dashed' as const, width: 1.5 },
    label: { color: ink, formatter: '{b}', position: 'start' as const },
    data: references
      .map(({ name, value }) => ({ name, xAxis: value / display.factor }))
      .filter(({ xAxis }) => xAxis >= extent.least && xAxis <= extent.greatest),
  };
}

/** The place of a value on an axis, from 0 to 1. */
export function placeOn({ extent, display }: ScaledAxis, value: number): number {
  const scale = (number: number): number => (extent.logarithmic ? Math.log10(number) : number);
  const [low, high] = [scale(extent.least), scale(extent.greatest)];
  return (scale(value / display.factor) - low) / (high - low);
}
