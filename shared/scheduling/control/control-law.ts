import type { GrowthStep } from './growth-steps.ts';

/**
 * Lambda: how the mean delay of the best plans depends on the price of delay, from rounds drawn like those of the run.
 * Both lists run alike: just below prices[i] the best plans take meanDelaySeconds[i] on average.
 */
export interface ControlLaw {
  /** Falling [utility/s]. */
  readonly prices: readonly number[];
  /** Rising [s]. */
  readonly meanDelaySeconds: readonly number[];
}

/** Of plans that are equally good at a price the larger one is meant: prices are lowered by this part. */
const TIES_TO_LARGER = 1e-9;

/**
 * The law of some rounds, from each one's steps of growth.
 *
 * @param leastDelaySeconds the mean delay of the fewest devices that plans may hold, D(0) = 0 where they may be empty
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
  return { prices, meanDelaySeconds };
}

/**
 * Lambda(x): the least price at which the best plans take at most x seconds on average [utility/s]; 0 where all devices
 * do. Where not even the first step fits in, the price at which it is taken.
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

/** The mean delay of the best plans at a price [s]: all steps that are dearer are taken, of equal ones none. */
export function meanDelayAtPrice({ prices, meanDelaySeconds }: ControlLaw, price: number): number {
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (prices[middle] > price) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : meanDelaySeconds[low - 1];
}
