import type { QueueRule } from '#shared/scheduling/policies/scheduling-policy.ts';
import type { DelayCurve } from './delay-curve.ts';

/**
 * A step by which the set that a policy takes grows as the price of delay falls: just below `price` it grows by
 * `utility`, and takes `delaySeconds` longer.
 */
export interface GrowthStep {
  /** [utility/s] */
  readonly price: number;
  readonly delaySeconds: number;
  readonly utility: number;
}

/**
 * How a policy's set grows in one round as the price lambda of delay falls from infinity to 0, in steps of falling price.
 *
 * `all-sizes` maximises U(k) - lambda * D(k): the sizes that it passes through are the corners of the upper concave hull
 * of the points (D(k), U(k)), and each edge's slope is the price at which it is taken.
 *
 * `first-fall` (Algorithm 1) stops at the first size whose next step is dearer than lambda allows: it goes on to the next
 * size at which a step costs more delay per utility than every step before it.
 *
 * @param scale how many devices each one of the curve stands for
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
      // Algorithm 1 takes a cheap step as soon as it has taken the dear one before it.
      step = search === 'all-sizes' ? stepOf(...joined) : { ...stepOf(...joined), price: last.price };
    }
    steps.push(step);
  }
  return steps;
}

function stepOf(utility: number, delaySeconds: number): GrowthStep {
  // Delays of neighbours that rounding makes equal: a step that costs nothing is taken at any price.
  const price = delaySeconds > 0 ? utility / delaySeconds : Number.MAX_VALUE;
  return { price, delaySeconds, utility };
}
