import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { achievableRate } from '#shared/channel/rate.ts';
import type { RoundContext } from '#shared/scheduling/context/round-context.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { POLICY_NAMES } from '#shared/scheduling/policies/registry.ts';
import { rounds } from './rounds.ts';

const anyRound = rounds(1, 30);
/** Facts about `count` devices, different for each device. */
const contextOf = (count: number): RoundContext => {
  const column = (value: (device: number) => number) =>
    Array.from({ length: count }, (_, device) => value(device));
  return {
    seed: 5,
    round: 7,
    deviceCount: 6,
    energyV: 1e-4,
    facts: {
      examples: column((device) => 10 + device),
      losses: column((device) => (device % 3 === 0 ? Number.POSITIVE_INFINITY : 1 / (1 + device))),
      gradientNorms: column((device) => (device % 4 === 0 ? Number.POSITIVE_INFINITY : 2 + (device % 5))),
      roundsSinceServed: column((device) => 1 + (device % 8)),
      meanRates: column((device) => 1e5 * (device % 6)),
      energyQueues: column((device) => 1e-3 * (device % 7)),
      computeSeconds: column((device) => 1e-3 * (device % 2)),
      computeJoules: column((device) => 1e-4 * (device % 2)),
      joinProbabilities: column((device) => 0.2 + 0.7 / (1 + device)),
    },
  };
};

describe.each(POLICY_NAMES)('%s', (policy) => {
  test('stays inside the band, is done when it says, and lists its devices in ascending order', () => {
    fc.assert(
      fc.property(anyRound, (problem) => {
        const plan = planRound(policy, problem, contextOf(problem.channelGain.length));
        expect(plan.selected.every((device, i) => i === 0 || device > plan.selected[i - 1])).toBe(true);
        expect(plan.bandwidthHz.length).toBe(plan.selected.length);
        const used = plan.bandwidthHz.reduce((sum, hertz) => sum + hertz, 0);
        expect(used).toBeLessThanOrEqual(problem.bandwidthHz * (1 + 1e-9));
        const slowest = plan.selected.reduce(
          (most, device, i) =>
            Math.max(most, problem.payloadBits / achievableRate(problem, device, plan.bandwidthHz[i])),
          0,
        );
        expect(Math.abs(plan.delaySeconds - slowest)).toBeLessThanOrEqual(1e-11 * slowest);
      }),
    );
  });

  test('schedules at least the minimum number of devices', () => {
    fc.assert(
      fc.property(anyRound, fc.double({ min: 0, max: 1, noNaN: true }), (problem, part) => {
        const minimumDevices = Math.floor(part * problem.channelGain.length);
        const plan = planRound(policy, { ...problem, minimumDevices }, contextOf(problem.channelGain.length));
        expect(plan.selected.length).toBeGreaterThanOrEqual(minimumDevices);
      }),
    );
  });

  test('plans the same devices for a problem in any units', () => {
    fc.assert(
      fc.property(anyRound, fc.integer({ min: -20, max: 20 }), (problem, power) => {
        // Scaling by a power of two moves gain into noise without rounding.
        const factor = 2 ** power;
        const scaled = {
          ...problem,
          channelGain: problem.channelGain.map((gain) => gain * factor),
          noiseWattsPerHz: problem.noiseWattsPerHz * factor,
        };
        const context = contextOf(problem.channelGain.length);
        expect(planRound(policy, scaled, context)).toEqual(planRound(policy, problem, context));
      }),
    );
  });
});

describe.each(['equal-share', 'greedy', 'static-share'] as const)('%s', (policy) => {
  test('never exceeds the budget of a round', () => {
    fc.assert(
      fc.property(anyRound, (problem) => {
        const plan = planRound(policy, problem, contextOf(problem.channelGain.length));
        expect(plan.delaySeconds).toBeLessThanOrEqual(problem.delayBudgetSeconds * (1 + 1e-12));
      }),
    );
  });
});
