import type { QueueRule } from '#shared/scheduling/policies/scheduling-policy.ts';
import type { DelayCurve } from './delay-curve.ts';

/**
 * One step in the growth of a policy's set as the price of delay falls: just below `price` the set's utility
 * grows by `utility` and its delay by `delaySeconds`.
 */
export interface GrowthStep {
  /** [utility/s] */
  readonly price: number;
  readonly delaySeconds: number;
  readonly utility: number;
}

/**
 * The steps in which a policy's set grows in one round as the price lambda of delay falls from infinity to 0,
 * in order of falling price.
 *
 * `all-sizes` maximises U(k) - lambda * D(k). The sizes that it takes are the corners of the upper concave
 * hull of the points (D(k), U(k)); the slope of each edge of the hull is the price of that step.
 *
 * `first-fall` (Algorithm 1) adds one device at a time and stops before the first step that gains less than
 * lambda utility per second. As lambda falls below that gain, it continues to the next step that gains less
 * than every step before it.
 *
 * @param scale number of devices that each device of the curve represents
 */
export function growthSteps(
  { sizes, delaySeconds }: DelayCurve,
  { utility, search }: QueueRule,
  scale = 1,
): readonly GrowthStep[] {
  const steps: GrowthStep[] = [];
  for (let index = 1; index < sizes.length; index++) {
    const gained = utility.value(scale * sizes[index]) - utility.value(scale * sizes[index - 1]);
    let step = stepOf(gained, delaySeconds[index] - delaySeconds[index - 1]);
    for (let last = steps.at(-1); last !== undefined && last.price <= step.price; last = steps.at(-1)) {
      steps.pop();
      const joined = [last.utility + step.utility, last.delaySeconds + step.delaySeconds] as const;
      // Algorithm 1 takes a step with a higher price as soon as it has taken the step before it, so the
      // joined step keeps the price of the step before.
      step = search === 'all-sizes' ? stepOf(...joined) : { ...stepOf(...joined), price: last.price };
    }
    steps.push(step);
  }
  return steps;
}

function stepOf(utility: number, delaySeconds: number): GrowthStep {
  // Rounding can make the delays of neighbouring sizes equal: a step without delay is taken at any price.
  const price = delaySeconds > 0 ? utility / delaySeconds : Number.MAX_VALUE;
  return { price, delaySeconds, utility };
}
