import { describe, expect, test } from 'vitest';
import { type ControlLaw, controlLaw, meanDelayAtPrice } from '#shared/scheduling/control/control-law.ts';
import { NOTHING_SPENT } from '#shared/scheduling/control/control-state.ts';
import { budgetControl } from '#shared/scheduling/control/round-control.ts';

const steps = Array.from({ length: 400 }, (_, index) => index);
const law: ControlLaw = {
  prices: steps.map((index) => 100 * 0.98 ** index),
  meanDelaySeconds: steps.map((index) => 0.01 * (index + 1)),
};

test.each([1, 0.95, 0.8])(
  'rounds that weigh %f^(T-t) spend the budget together, late ones more',
  (contraction) => {
    const settings = {
      initialQueue: 'placeholder',
      debtSeconds: 0,
      schedule: undefined,
      contraction,
    } as const;
    const rounds = 20;
    const { queueSeconds, controlV } = budgetControl(settings, law, NOTHING_SPENT, { round: 0, rounds }, 1);
    const price = queueSeconds / controlV;
    const spent = Array.from({ length: rounds }, (_, round) =>
      meanDelayAtPrice(law, price * contraction ** round),
    );
    const mean = spent.reduce((sum, seconds) => sum + seconds, 0) / rounds;
    expect(mean).toBeGreaterThan(0.98);
    expect(mean).toBeLessThan(1.02);
    if (contraction < 1) expect(spent[rounds - 1]).toBeGreaterThan(spent[0]);
  },
);

describe('with a minimum number of devices, whose delay no price avoids', () => {
  const settings = {
    initialQueue: 'placeholder',
    debtSeconds: 0,
    schedule: undefined,
    contraction: 0.8,
  } as const;
  const priceOf = (forced: ControlLaw, budgetSeconds: number) => {
    const round = { round: 0, rounds: 20 };
    const { queueSeconds, controlV } = budgetControl(settings, forced, NOTHING_SPENT, round, budgetSeconds);
    return queueSeconds / controlV;
  };
  const growth = steps.map((index) => ({ price: 100 * 0.98 ** index, delaySeconds: 0.01, utility: 1 }));

  test('the mean delay above the highest price is that of the smallest plans', () => {
    expect(meanDelayAtPrice(controlLaw([growth], 0.4), 101)).toBe(0.4);
    expect(meanDelayAtPrice(controlLaw([growth], 0.4), 99)).toBeCloseTo(0.41, 12);
    expect(meanDelayAtPrice(controlLaw([growth], 0), 101)).toBe(0);
  });

  test.each([0.5, 1, 3])('rounds of unequal weight spend a budget of %f s together', (budgetSeconds) => {
    const forced = controlLaw([growth], 0.4);
    const price = priceOf(forced, budgetSeconds);
    const spent = Array.from({ length: 20 }, (_, round) => meanDelayAtPrice(forced, price * 0.8 ** round));
    const mean = spent.reduce((sum, seconds) => sum + seconds, 0) / spent.length;
    expect(Math.abs(mean - budgetSeconds)).toBeLessThan(0.02 * budgetSeconds);
  });

  test('a minimum of all devices, which leaves no choice, has a price of 0', () => {
    expect(priceOf(controlLaw([[]], 5), 1)).toBe(0);
  });
});
