/** A stretch of numbers laid out along an axis, with round numbers marked on it. */
export interface Scale {
  readonly ticks: readonly number[];
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
  return { ticks, place: (value) => from + ((value - low) / (high - low)) * (to - from) };
}

/** The least of 1, 2, 5 times a power of ten that is not below the given step. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}
