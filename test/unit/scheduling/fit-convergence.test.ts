import { describe, expect, test } from 'vitest';
import { convergenceTerms, fitConvergence } from '#shared/scheduling/fit-convergence.ts';

const constants = { contraction: 0.93, floor: 0.21, initialGap: 0.5, loraScale: 0.04 };
const scheduled = Array.from({ length: 60 }, (_, round) => (round * 7) % 11);
const terms = convergenceTerms(constants, scheduled, 20);

describe("Theorem 1's terms beside a measured loss", () => {
  test('are those of the recursion: gap = rho * gap + LoRA term, and an empty round changes nothing', () => {
    let gap = constants.initialGap;
    scheduled.forEach((size, round) => {
      expect(terms[round].loss).toBeCloseTo(constants.floor + gap, 12);
      const phi = terms[round].participationFactor;
      expect(phi === null).toBe(size === 0);
      if (phi !== null) gap = constants.contraction * gap + constants.loraScale * phi;
    });
  });

  test('are found again from the losses they make, rounds without a loss left out', () => {
    const rounds = terms.map(({ loss }, round) => ({
      scheduled: scheduled[round],
      loss: round % 9 === 4 ? null : loss,
    }));
    const fit = fitConvergence(rounds, 20);
    expect(fit?.residual).toBeLessThan(2e-4);
    expect(fit?.contraction).toBeCloseTo(constants.contraction, 2);
    expect(fit?.floor).toBeCloseTo(constants.floor, 1);
    expect(fit?.initialGap).toBeCloseTo(constants.initialGap, 1);
  });

  test('are not fitted to a handful of rounds, and never below 0', () => {
    expect(fitConvergence([{ scheduled: 3, loss: 0.5 }], 20)).toBeUndefined();
    const rising = Array.from({ length: 20 }, (_, round) => ({ scheduled: 5, loss: 0.1 + 0.01 * round }));
    const fit = fitConvergence(rising, 20);
    for (const value of [fit?.floor, fit?.initialGap, fit?.loraScale])
      expect(value).toBeGreaterThanOrEqual(0);
  });
});
