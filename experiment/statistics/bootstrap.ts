import type { Estimate } from '#shared/protocol/experiment-result.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { studentT95 } from '#study/statistics/interval.ts';

/** Resamples of a bootstrap. */
const RESAMPLES = 10_000;

/**
 * Mean of at least one value with the 95 % bootstrap interval of the mean.
 *
 * The interval is Hesterberg's expanded percentile interval ("What Teachers Should Know About the Bootstrap",
 * 2015): the plain percentile interval is too narrow for few values. In place of 2.5 %, each tail is the
 * probability that a standard normal variable exceeds t sqrt(n / (n - 1)), for n values and the 97.5 %
 * quantile t of Student's t with n - 1 degrees of freedom. No interval exceeds the range of the values.
 * Resampling is seeded by `seed`: equal values give equal intervals.
 */
export function bootstrapMean(values: readonly number[], seed: number): Estimate {
  const { length } = values;
  const mean = meanOf(values);
  if (length < 2) return { mean, low: null, high: null, values: [...values] };
  const random = randomStream(seed, 'bootstrap', length);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let draw = 0; draw < length; draw++) sum += values[random.integer(length)];
    return sum / length;
  }).sort();
  const tail = normalTail(studentT95(length - 1) * Math.sqrt(length / (length - 1)));
  const below = Math.floor(tail * (RESAMPLES - 1));
  return { mean, low: means[below], high: means[RESAMPLES - 1 - below], values: [...values] };
}

/**
 * Mean of the paired differences `left - right` with its bootstrap interval; undefined without a pair.
 *
 * @param left values by seed
 * @param right values by seed; seeds that only one of the two has are left out
 */
export function pairedDifference(
  left: ReadonlyMap<number, number>,
  right: ReadonlyMap<number, number>,
  seed: number,
): Estimate | undefined {
  const differences = [...left].flatMap(([key, value]) => {
    const other = right.get(key);
    return other === undefined ? [] : [value - other];
  });
  return differences.length === 0 ? undefined : bootstrapMean(differences, seed);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Probability that a standard normal variable exceeds z >= 0: the rational approximation 26.2.17 of
 * Abramowitz and Stegun, absolute error below 7.5e-8.
 */
function normalTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
