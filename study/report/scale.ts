/** A stretch of numbers laid out along an axis, with round numbers marked on it. */
export interface Scale {
  readonly ticks: readonly number[];
  readonly logarithmic: boolean;
  /** Place of a value on the axis, in the units of the picture. */
  place(value: number): number;
}

/**
 * A linear scale that holds the given values, from zero where they are near it.
 *
 * @param from place of the least value @param to place of the greatest
 */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const finite = values.filter(Number.isFinite);
  let least = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let greatest = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (finite.length === 0) [least, greatest] = [0, 1];
  if (least > 0 && least < 0.6 * greatest) least = 0;
  // Values that hardly differ are one value: their differences have no digits to mark ticks by.
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  if (greatest - least <= 1e-9 * size || size < 1e-200) greatest = least + (size < 1e-200 ? 1 : size);
  const step = roundStep((greatest - least) / 4);
  const first = Math.floor(least / step + 1e-9);
  const last = Math.ceil(greatest / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const [low, high] = [first * step, last * step];
  return { ticks, logarithmic: false, place: (value) => from + ((value - low) / (high - low)) * (to - from) };
}

/**
 * Values that spread over more than this factor are laid out by their logarithm: the small ones would be one
 * point else.
 */
const WIDE_SPREAD = 50;
/** Marks on a logarithmic axis, about. */
const DECADES_SHOWN = 6;

/**
 * The scale that shows these values best: logarithmic where all are positive and spread widely, else linear.
 * What is placed below the least value's power of ten lies at the axis's end.
 *
 * @param from place of the least value @param to place of the greatest
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
