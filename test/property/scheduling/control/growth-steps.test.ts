import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlLaw, priceOfMeanDelay } from '#shared/scheduling/control/control-law.ts';
import { delayCurve } from '#shared/scheduling/control/delay-curve.ts';
import { growthSteps } from '#shared/scheduling/control/growth-steps.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { POLICIES, POLICY_NAMES } from '#shared/scheduling/policies/registry.ts';
import { links } from '#test/property/scheduling/rounds.ts';

const WITH_QUEUE = POLICY_NAMES.filter((name) => POLICIES[name].queue !== undefined);

describe.each(WITH_QUEUE)('the steps by which the set of %s grows', (policy) => {
  const { queue } = POLICIES[policy];
  if (queue === undefined) throw new Error(`${policy} has no queue.`);

  test('lead to the sets that it takes at each price of delay', () => {
    fc.assert(
      fc.property(links(1, 25), fc.double({ min: 0, max: 1, noNaN: true }), (link, place) => {
        const curve = delayCurve(link, link.payloadBits, 0);
        const steps = growthSteps(curve, queue);
        // Midway between the prices of two steps, so that there are no ties.
        const index = Math.floor(place * steps.length);
        const price = ((steps[index - 1]?.price ?? 2 * steps[0].price) + (steps[index]?.price ?? 0)) / 2;
        const apart = Math.min(...steps.map((step) => Math.abs(step.price / price - 1)));
        fc.pre(Number.isFinite(price) && price > 0 && apart > 1e-9);
        const problem = { ...link, delayBudgetSeconds: 1, controlV: 1, queueSeconds: price };
        const plan = planRound(policy, problem, { seed: 1, round: 0, deviceCount: 1 });
        const expected = steps
          .filter((step) => step.price > price)
          .reduce((sum, { delaySeconds }) => sum + delaySeconds, 0);
        expect(Math.abs(plan.delaySeconds - expected)).toBeLessThanOrEqual(
          1e-9 * (expected + plan.delaySeconds),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('make a law whose price spends no more than it is asked for, and a little less would spend more', () => {
    fc.assert(
      fc.property(
        fc.array(links(1, 12), { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0.01, max: 1.2, noNaN: true }),
        (channels, part) => {
          const rounds = channels.map((link) => growthSteps(delayCurve(link, 1e6, 0), queue));
          const law = controlLaw(rounds, 0);
          const spentAbove = (price: number) =>
            rounds.flat().reduce((sum, step) => sum + (step.price > price ? step.delaySeconds : 0), 0) /
            rounds.length;
          const seconds = part * spentAbove(-1);
          const price = priceOfMeanDelay(law, seconds);
          expect(spentAbove(price * (1 + 2e-9))).toBeLessThanOrEqual(seconds * (1 + 1e-9));
          if (price > 0) expect(spentAbove(price * (1 - 2e-9))).toBeGreaterThan(seconds * (1 - 1e-9));
        },
      ),
      { numRuns: 200 },
    );
  });
});
