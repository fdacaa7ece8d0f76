import type { GrowthStep } from './growth-steps.ts';

/**
 * The law of the channel: the mean delay of the best plans as a function of the price of delay, from rounds
 * drawn like those of the run. Its inverse, the price of a mean delay, is called Lambda. Both lists have the
 * same length: just below prices[i] the best plans have a mean delay of meanDelaySeconds[i].
 */
export interface ControlLaw {
  /** In falling order [utility/s]. */
  readonly prices: readonly number[];
  /** In rising order [s]. */
  readonly meanDelaySeconds: readonly number[];
  /** Mean delay of the smallest allowed plans [s]; 0 if left out, because they may be empty. */
  readonly leastDelaySeconds?: number | undefined;
  /**
   * D(0), D(1), ..., D(N) of some of the drawn rounds [s], for rules that look ahead. Absent for other rules,
   * for many devices, and if plans have a minimum number of devices.
   */
  readonly delayCurves?: readonly (readonly number[])[] | undefined;
}

/**
 * Prices are lowered by this fraction, so that of two plans with equal U - lambda * D the larger one is
 * chosen.
 */
const TIES_TO_LARGER = 1e-9;

/**
 * The law of the given rounds, from the growth steps of each.
 *
 * @param leastDelaySeconds mean delay of the smallest allowed plans [s]; 0 if they may be empty
 */
export function controlLaw(
  rounds: readonly (readonly GrowthStep[])[],
  leastDelaySeconds: number,
): ControlLaw {
  const steps = rounds.flat().sort((left, right) => right.price - left.price);
  const prices: number[] = [];
  const meanDelaySeconds: number[] = [];
  let mean = leastDelaySeconds;
  for (const { price, delaySeconds } of steps) {
    mean += delaySeconds / rounds.length;
    if (price === prices.at(-1)) meanDelaySeconds[prices.length - 1] = mean;
    else {
      prices.push(price);
      meanDelaySeconds.push(mean);
    }
  }
  return { prices, meanDelaySeconds, ...(leastDelaySeconds === 0 ? {} : { leastDelaySeconds }) };
}

/**
 * Lambda(seconds): the least price [utility/s] at which the best plans have a mean delay of at most
 * `seconds`, lowered by TIES_TO_LARGER; 0 if the plans with all devices have such a delay. If `seconds` is
 * exceeded after the first growth step already, the price of that step.
 */
export function priceOfMeanDelay({ prices, meanDelaySeconds }: ControlLaw, seconds: number): number {
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (meanDelaySeconds[middle] > seconds) high = middle;
    else low = middle + 1;
  }
  return low === prices.length ? 0 : prices[low] * (1 - TIES_TO_LARGER);
}

/**
 * The mean delay of the best plans at a price [s]: growth steps with a higher price are taken, steps with an
 * equal one are not. If no step is taken, the mean delay of the smallest allowed plans.
 */
export function meanDelayAtPrice(
  { prices, meanDelaySeconds, leastDelaySeconds = 0 }: ControlLaw,
  price: number,
): number {
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (prices[middle] > price) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? leastDelaySeconds : meanDelaySeconds[low - 1];
}
