import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convergenceBound, participationFactor } from '#shared/scheduling/convergence-bound.ts';
import { thrownLine } from '#test/support/thrown.ts';

const constants = {
  initialGap: 2,
  learningRate: 0.1,
  polyakLojasiewicz: 0.5,
  smoothness: 4,
  gradientVariance: 1e-4,
  loraParameters: 1000,
  headParameters: 50,
  totalDevices: 20,
};
const participation = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 40 });

describe('the convergence bound', () => {
  test('is the fading initial gap plus every round weighted by rho to the rounds after it', () => {
    fc.assert(
      fc.property(participation, (scheduled) => {
        const { gapAfterRound, roundWeight, loraTerm, headTerm } = convergenceBound(constants, scheduled);
        const rho = 1 - 0.1 * 0.5;
        const sum = loraTerm.reduce((total, term, t) => total + roundWeight[t] * (term + headTerm), 0);
        const expected = constants.initialGap * rho ** scheduled.length + sum;
        const last = gapAfterRound[scheduled.length - 1];
        expect(Math.abs(last / expected - 1)).toBeLessThan(1e-12);
      }),
    );
  });

  test('falls with one more device in any round, the more the later the round', () => {
    fc.assert(
      fc.property(participation, fc.nat(), (scheduled, pick) => {
        const round = pick % scheduled.length;
        const more = scheduled.with(round, Math.min(20, scheduled[round] + 1));
        const before = convergenceBound(constants, scheduled);
        const after = convergenceBound(constants, more);
        const last = scheduled.length - 1;
        expect(after.gapAfterRound[last]).toBeLessThanOrEqual(before.gapAfterRound[last]);
        const weights = [...before.roundWeight];
        expect(weights).toEqual(weights.toSorted((a, b) => a - b));
        expect(weights[last]).toBe(1);
      }),
    );
  });

  test('has no sampling error when everyone takes part', () => {
    expect(participationFactor(20, 20)).toBe(1 / 20);
    expect(participationFactor(1, 1)).toBe(1);
    expect(participationFactor(1, 20)).toBe(2);
  });

  test('does not change in a round without scheduled devices', () => {
    const { gapAfterRound, loraTerm, roundWeight } = convergenceBound(constants, [5, 0, 5]);
    expect(gapAfterRound[1]).toBe(gapAfterRound[0]);
    expect(loraTerm[1]).toBe(0);
    expect(roundWeight[0]).toBe(0.95);
  });

  test('refuses constants out of range', () => {
    expect(thrownLine(() => convergenceBound({ ...constants, learningRate: 3 }, [1]))).toMatch(
      /0 < lr\*mu < 1/,
    );
    expect(thrownLine(() => convergenceBound({ ...constants, smoothness: -1 }, [1]))).toMatch(
      /convergence.smoothness/,
    );
    expect(thrownLine(() => convergenceBound(constants, [21]))).toMatch(/scheduledDevices\[0\]: is 21/);
  });
});
