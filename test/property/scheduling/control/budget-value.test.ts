import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BudgetValue, budgetValue } from '#shared/scheduling/control/budget-value.ts';
import { POLICIES } from '#shared/scheduling/policies/registry.ts';
import { PARTICIPATION } from '#shared/scheduling/utility.ts';
import { inputCount } from '#test/support/input-count.ts';

/** In units of the table's step, so that no value is interpolated. */
const BUDGET_STEPS = 10;

/** D(0), D(1), ... of a round, in whole steps. */
const curve = fc
  .array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 3 })
  .map((growth) => [0, ...growth].map((_, size) => growth.slice(0, size).reduce((a, b) => a + b, 0)));

const curves = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.array(curve, { minLength: 1, maxLength: 3 }))
  .map(([size, drawn]) =>
    drawn.map((one) => Array.from({ length: size + 1 }, (_, k) => one[Math.min(k, one.length - 1)] + k)),
  );

/** The expectation over every sequence of drawn rounds, each planned in the best way: by plain recursion. */
function expected(drawn: readonly (readonly number[])[], rounds: number, steps: number): number {
  if (rounds === 0) return 0;
  const values = drawn.map((delays) =>
    delays.reduce(
      (best, delay, size) =>
        delay > steps
          ? best
          : Math.max(
              best,
              PARTICIPATION.value(size) + expected(drawn, rounds - 1, steps - delay + BUDGET_STEPS),
            ),
      Number.NEGATIVE_INFINITY,
    ),
  );
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('value of the budget', () => {
  test('is the expected utility of the rounds left under the best plans', () => {
    fc.assert(
      fc.property(
        curves,
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 40 }),
        (drawn, rounds, steps) => {
          const value = new BudgetValue(drawn, PARTICIPATION, BUDGET_STEPS, 2 * BUDGET_STEPS);
          // Within the table: at most 4 rounds add 40 steps to 40.
          expect(value.at(rounds, steps)).toBeCloseTo(expected(drawn, rounds, steps), 12);
        },
      ),
      { numRuns: inputCount(200) },
    );
  });

  test('the chosen size is within the limit, and no other size within it is better', () => {
    fc.assert(
      fc.property(
        curves,
        curve,
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 40 }),
        (drawn, present, rounds, steps) => {
          const value = new BudgetValue(drawn, PARTICIPATION, BUDGET_STEPS, 0);
          const delays = present.slice(0, drawn[0].length);
          const size = value.bestSize(delays, rounds, steps);
          const total = (k: number) =>
            PARTICIPATION.value(k) + value.at(rounds, steps - delays[k] + BUDGET_STEPS);
          expect(delays[size]).toBeLessThanOrEqual(steps);
          delays.forEach((delay, k) => {
            if (delay <= steps) expect(total(size)).toBeGreaterThanOrEqual(total(k));
          });
        },
      ),
    );
  });

  test('rises with the budget left, and so its price is never negative', () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 1, max: 4 }), (drawn, rounds) => {
        const value = new BudgetValue(drawn, PARTICIPATION, BUDGET_STEPS, 0);
        for (let steps = 0; steps < 80; steps += 0.5) {
          expect(value.at(rounds, steps + 0.5)).toBeGreaterThanOrEqual(value.at(rounds, steps) - 1e-12);
          expect(value.price(rounds, steps)).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: inputCount(50) },
    );
  });

  test('is used only if the remaining rounds are known, have equal weights, and each sets its price', () => {
    const law = { prices: [1], meanDelaySeconds: [1], delayCurves: [[0, 1]] };
    const settings = { initialQueue: 'placeholder', debtSeconds: 0, schedule: undefined } as const;
    const rule = POLICIES.convergence.queue;
    expect(budgetValue(rule, law, settings, 1)).toBeInstanceOf(BudgetValue);
    expect(budgetValue(rule, { ...law, delayCurves: undefined }, settings, 1)).toBeUndefined();
    expect(budgetValue(POLICIES.exact.queue, law, settings, 1)).toBeUndefined();
    expect(budgetValue(rule, law, { ...settings, horizon: 'unknown' }, 1)).toBeUndefined();
    expect(budgetValue(rule, law, { ...settings, contraction: 0.9 }, 1)).toBeUndefined();
    const schedule = { kind: 'geometric', initialV: 1, ratio: 0.9 } as const;
    expect(budgetValue(rule, law, { ...settings, schedule }, 1)).toBeUndefined();
  });
});
