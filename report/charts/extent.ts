/** Ends of an axis and the distance of its ticks; a logarithmic axis has its ticks at powers of ten. */
export interface Extent {
  readonly logarithmic: boolean;
  readonly least: number;
  readonly greatest: number;
  readonly step: number;
}

/** Values with a larger ratio get a logarithmic axis; on a linear one, small values would coincide. */
const WIDE_SPREAD = 20;
/** Room between the outermost marks and the ends of a linear axis, as a fraction of its length. */
const PADDING = 0.03;

/** Values from this fraction of the greatest on are drawn without the zero below them. */
const FAR_FROM_ZERO = 0.35;

/**
 * The axis for the values: logarithmic if the figure requires it, or if all are positive and spread widely.
 * Marks reach an end of the axis only at 0.
 */
export function extentOf(values: readonly number[], scale?: 'linear' | 'logarithmic'): Extent {
  const finite = values.filter(Number.isFinite);
  const least = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const possible = finite.length > 0 && least > 0;
  const logarithmic =
    scale === undefined ? possible && greatest > WIDE_SPREAD * least : scale === 'logarithmic';
  return logarithmic && possible ? logarithmicExtent(least, greatest) : linearExtent(finite, least, greatest);
}

function linearExtent(finite: readonly number[], leastValue: number, greatestValue: number): Extent {
  let [least, greatest] = finite.length === 0 ? [0, 1] : [leastValue, greatestValue];
  if (least > 0 && least < FAR_FROM_ZERO * greatest) least = 0;
  // Values that hardly differ count as equal: their differences are too small to label ticks.
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  if (greatest - least <= 1e-9 * size || size < 1e-200) {
    const half = size < 1e-200 ? 1 : size / 2;
    [least, greatest] = [least - (least > 0 || size < 1e-200 ? 0 : half), greatest + half];
    if (least > 0) least -= half / 2;
  }
  const padding = PADDING * (greatest - least);
  const step = roundStep((greatest - least) / 5);
  const low = least === 0 ? 0 : Math.floor((least - padding) / step + 1e-9) * step;
  const high = greatest === 0 ? 0 : Math.ceil((greatest + padding) / step - 1e-9) * step;
  // Percentages end at 100 and not above it.
  const top = greatest <= 100 && greatest > 90 && high > 100 && least >= 0 ? 100 : high;
  return { logarithmic: false, least: tidy(low, step), greatest: tidy(top, step), step };
}

function logarithmicExtent(least: number, greatest: number): Extent {
  const first = Math.floor(Math.log10(least * 0.9));
  const last = Math.ceil(Math.log10(greatest * 1.05));
  return { logarithmic: true, least: 10 ** first, greatest: 10 ** last, step: 1 };
}

/** The least of 1, 2, 5 times a power of ten that is not below the given step. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** A multiple of the step without the rounding error of the multiplication. */
function tidy(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toPrecision(12));
}
