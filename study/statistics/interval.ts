/** Two-sided 95 % quantiles of Student's t by degrees of freedom, from 1. */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The 97.5 % quantile of the standard normal, and of t for many degrees of freedom. */
const NORMAL = 1.959964;

/**
 * A mean over repetitions and its 95 % confidence interval; the interval of a single repetition is unknown.
 */
export interface Interval {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Median and quartiles; half of the values lie between the quartiles. Nine tenths lie between the quantiles of 5
 * and 95 %.
 */
export interface Quartiles {
  readonly fifth: number;
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
  readonly ninetyFifth: number;
}

/** Median and quartiles of at least one value; linear interpolation between two values. */
export function quartilesOf(values: readonly number[]): Quartiles {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number): number => {
    const place = part * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  };
  return { fifth: at(0.05), lower: at(0.25), median: at(0.5), upper: at(0.75), ninetyFifth: at(0.95) };
}

/**
 * The two-sided 95 % quantile of Student's t; beyond the table, its expansion in 1/df (error below 0.0002).
 */
export function studentT95(degreesOfFreedom: number): number {
  const tabled = T_95[degreesOfFreedom - 1];
  if (tabled !== undefined) return tabled;
  const first = (NORMAL ** 3 + NORMAL) / 4;
  const second = (5 * NORMAL ** 5 + 16 * NORMAL ** 3 + 3 * NORMAL) / 96;
  return NORMAL + (first + second / degreesOfFreedom) / degreesOfFreedom;
}

/**
 * Mean and confidence interval of independent, nearly normal values (repetitions differ only in their seed).
 */
export function intervalOf(values: readonly number[]): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, low: null, high: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = studentT95(values.length - 1) * Math.sqrt(variance / values.length);
  return { mean, low: mean - half, high: mean + half };
}
