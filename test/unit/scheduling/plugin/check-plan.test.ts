import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import { checkPlan } from '#shared/scheduling/plugin/check-plan.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { thrownLine } from '#test/support/thrown.ts';

const PROBLEM: RoundProblem = {
  bandwidthHz: 1e6,
  noiseWattsPerHz: 1e-20,
  powerWatts: 0.1,
  channelGain: [1e-12, 2e-12, 4e-12, 8e-12],
  payloadBits: 1e6,
  delayBudgetSeconds: 1,
  controlV: 1,
  queueSeconds: 0,
};

const check = (plan: unknown, problem = PROBLEM) => checkPlan(plan, problem, 'policy mine, round 4');

describe("a plug-in's plan", () => {
  test('without bandwidths gets the split with the least delay', () => {
    const plan = check({ selected: [3, 1] });
    expect(plan).toEqual({ selected: [1, 3], ...splitBand(PROBLEM, [1, 3]), state: undefined });
  });

  test('is put in ascending order, bandwidths and weights with it', () => {
    const plan = check({
      selected: [3, 0],
      bandwidthHz: Float64Array.of(2e5, 8e5),
      weights: [2, 1],
      state: { n: 1 },
    });
    expect(plan).toMatchObject({ selected: [0, 3], weights: [1, 2], state: { n: 1 } });
    expect([...plan.bandwidthHz]).toEqual([8e5, 2e5]);
    const rate = (hertz: number, gain: number) => hertz * Math.log2(1 + (0.1 * gain) / (1e-20 * hertz));
    expect(plan.delaySeconds).toBeCloseTo(1e6 / Math.min(rate(8e5, 1e-12), rate(2e5, 8e-12)), 9);
  });

  test('may write device 0 as -0', () => {
    expect(check({ selected: [-0, 1] }).selected).toEqual([0, 1]);
  });

  test('may be empty', () => {
    expect(check({ selected: [] })).toMatchObject({ selected: [], delaySeconds: 0 });
  });

  test.each([
    [undefined, 'returned nothing. Return { selected: [...] }.'],
    [[1, 2], 'returned [1,2].'],
    [{ selected: 2 }, 'returned selected 2.'],
    [{ selcted: [2] }, 'returned selcted, which is no part of a plan. Did you mean selected?'],
    [{ selected: ['2'] }, 'returned selected ["2"].'],
    [{ selected: [4] }, 'scheduled device 4; devices are numbered 0 to 3.'],
    [{ selected: [1.5] }, 'scheduled device 1.5; devices are numbered 0 to 3.'],
    [{ selected: [Number.NaN] }, 'scheduled device NaN; devices are numbered 0 to 3.'],
    [{ selected: [1, 1] }, 'scheduled device 1 twice.'],
    [{ selected: [0, 1], bandwidthHz: [1] }, 'returned bandwidthHz [1] for 2 devices.'],
    [
      { selected: [0, 1], bandwidthHz: [1, 0] },
      'gave device 1 bandwidthHz 0; it must be finite and above 0.',
    ],
    [{ selected: [1, 0], bandwidthHz: [Number.NaN, 1] }, 'gave device 1 bandwidthHz NaN;'],
    [{ selected: [0, 1], bandwidthHz: [6e5, 6e5] }, 'gave out 1200000 Hz of a band of 1000000 Hz.'],
    [{ selected: [0], weights: [-1] }, 'gave device 0 weights -1;'],
    [{ selected: [], state: { at: Number.NaN } }, 'returned a state that is not plain JSON.'],
    [{ selected: [], state: 'x'.repeat(300_000) }, 'returned a state of 300002 characters;'],
  ])('%j is refused', (plan, line) => {
    expect(thrownLine(() => check(plan))).toContain(`policy mine, round 4: ${line}`);
  });

  test('has at least minimumDevices devices', () => {
    const problem = { ...PROBLEM, minimumDevices: 2 };
    expect(thrownLine(() => check({ selected: [1] }, problem))).toContain(
      'scheduled 1 devices; minimumDevices is 2',
    );
  });

  test('that is accepted can always be used for a round', () => {
    const number = fc.oneof(fc.double(), fc.integer({ min: -1, max: 5 }), fc.double({ min: 1e5, max: 6e5 }));
    const list = fc.array(number, { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.record({ selected: list, bandwidthHz: list, weights: list }, { requiredKeys: ['selected'] }),
        (given) => {
          let plan: ReturnType<typeof check>;
          try {
            plan = check(given);
          } catch {
            return;
          }
          expect(plan.selected).toEqual([...new Set(plan.selected)].sort((one, other) => one - other));
          expect(plan.bandwidthHz.length).toBe(plan.selected.length);
          expect(plan.bandwidthHz.every((hertz) => hertz > 0)).toBe(true);
          expect(plan.bandwidthHz.reduce((sum, hertz) => sum + hertz, 0)).toBeLessThanOrEqual(
            1e6 * (1 + 1e-9),
          );
          expect(Number.isFinite(plan.delaySeconds)).toBe(true);
        },
      ),
    );
  });
});
