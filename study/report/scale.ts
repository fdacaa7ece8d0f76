/** A range of numbers on an axis, with ticks at round numbers. */
export interface Scale {
  readonly ticks: readonly number[];
  readonly logarithmic: boolean;
  /** Position of a value on the axis, in units of the image. */
  place(value: number): number;
}

/**
 * A linear scale that contains the given values, and 0 if they are close to it.
 *
 * @param from position of the least value
 * @param to position of the greatest value
 */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const finite = values.filter(Number.isFinite);
  let least = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let greatest = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (finite.length === 0) [least, greatest] = [0, 1];
  if (least > 0 && least < 0.6 * greatest) least = 0;
  // Values that hardly differ count as equal: their differences are too small to label ticks.
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  if (greatest - least <= 1e-9 * size || size < 1e-200) greatest = least + (size < 1e-200 ? 1 : size);
  const step = roundStep((greatest - least) / 4);
  const first = Math.floor(least / step + 1e-9);
  const last = Math.ceil(greatest / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const [low, high] = [first * step, last * step];
  return { ticks, logarithmic: false, place: (value) => from + ((value - low) / (high - low)) * (to - from) };
}

/** Values with a larger ratio get a logarithmic scale; on a linear one, small values would coincide. */
const WIDE_SPREAD = 50;
/** Approximate number of ticks on a logarithmic axis. */
const DECADES_SHOWN = 6;

/**
 * The scale that suits the values: logarithmic if all are positive and spread widely, else linear. On a
 * logarithmic scale, values below the power of ten at or below the least value are placed at the end of the
 * axis.
 *
 * @param from position of the least value
 * @param to position of the greatest value
 */
export function fittingScale(values: readonly number[], from: number, to: number): Scale {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = values.reduce((a, b) => Math.max(a, b), 0);
  const wide = least > 0 && greatest > WIDE_SPREAD * least && greatest < Number.POSITIVE_INFINITY;
  return wide ? logarithmicScale(least, greatest, from, to) : linearScale(values, from, to);
}

function logarithmicScale(least: number, greatest: number, from: number, to: number): Scale {
  const first = Math.floor(Math.log10(least) + 1e-9);
  const decades = Math.ceil(Math.log10(greatest) - 1e-9) - first;
  const step = Math.ceil(decades / DECADES_SHOWN);
  const ticks = Array.from(
    { length: Math.ceil(decades / step) + 1 },
    (_, index) => 10 ** (first + step * index),
  );
  const width = step * (ticks.length - 1);
  return {
    ticks,
    logarithmic: true,
    place: (value) =>
      from + (Math.max(0, Math.log10(Math.max(value, Number.MIN_VALUE)) - first) / width) * (to - from),
  };
}

/** The least of 1, 2, 5 times a power of ten that is not below the given step. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}
