import { expect, test } from 'vitest';
import { type ControlLaw, meanDelayAtPrice } from '#shared/scheduling/control/control-law.ts';
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
