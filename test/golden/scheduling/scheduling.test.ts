import { describe, expect, test } from 'vitest';
import { minimumDelay } from '#shared/scheduling/minimum-delay.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import type { PolicyName } from '#shared/scheduling/policies/registry.ts';
import { goldenFolder } from '#test/support/reference-data.ts';
import { type GoldenPlan, type GoldenRound, readGoldenRounds } from './golden-rounds.ts';

const folder = goldenFolder();
const rounds = folder === undefined ? [] : readGoldenRounds(folder);
const context = { seed: 1, round: 0, deviceCount: 1 };
const relative = (value: number, expected: number) =>
  expected === 0 ? Math.abs(value) : Math.abs(value / expected - 1);

const byGain = (round: GoldenRound) =>
  round.channelGain
    .map((gain, device) => ({ gain, device }))
    .sort((a, b) => b.gain - a.gain || a.device - b.device)
    .map(({ device }) => device);

const expectPlan = (round: GoldenRound, policy: PolicyName, expected: GoldenPlan) => {
  const plan = planRound(policy, round, context);
  expect(plan.selected).toEqual(expected.selected);
  expect(relative(plan.delaySeconds, expected.delay)).toBeLessThan(1e-12);
  expect(relative(plan.objective, expected.objective)).toBeLessThan(1e-12);
  plan.selected.forEach((device, index) => {
    expect(relative(plan.bandwidthHz[index], expected.bandwidth[device])).toBeLessThan(1e-12);
  });
};

describe.skipIf(folder === undefined)('rounds solved with mpmath to 60 digits', () => {
  describe.each(rounds.map((round, index) => ({ name: `${index} ${round.scenario}`, round })))(
    '$name',
    ({ round }) => {
      test('the least delay of every prefix is the same to 1e-12', () => {
        const order = byGain(round);
        round.minimumDelaySeconds.forEach((expected, index) => {
          const channelGain = order.slice(0, index + 1).map((device) => round.channelGain[device]);
          expect(relative(minimumDelay({ ...round, channelGain }).delaySeconds, expected)).toBeLessThan(
            1e-12,
          );
        });
      });

      test('Algorithm 1 stops at the same set', () => {
        expectPlan(round, 'set-expansion', round.setExpansion);
      });

      test('the exact policy finds the same best prefix and leaves the same queue', () => {
        expectPlan(round, 'exact', round.exact);
        const plan = planRound('exact', round, context);
        expect(Math.abs(plan.nextQueueSeconds - round.nextQueueSeconds)).toBeLessThan(
          1e-12 * (round.queueSeconds + plan.delaySeconds + round.delayBudgetSeconds),
        );
        if (round.bruteForceObjective !== undefined) {
          expect(relative(plan.objective, round.bruteForceObjective)).toBeLessThan(1e-12);
        }
      });

      test('the comparison policies choose the same devices', () => {
        const allIn = planRound('all-in', round, context);
        expect(allIn.selected).toEqual(round.allIn.selected);
        expect(relative(allIn.delaySeconds, round.allIn.delay)).toBeLessThan(1e-12);
        const equal = planRound('equal-share', round, context);
        expect(equal.selected).toEqual(round.equalShare.selected);
        if (round.equalShare.delay !== undefined) {
          expect(relative(equal.delaySeconds, round.equalShare.delay)).toBeLessThan(1e-12);
        }
        const greedy = planRound('greedy', round, context);
        expect(greedy.selected).toEqual(round.greedy.selected);
        const usedHz = greedy.bandwidthHz.reduce((sum, hertz) => sum + hertz, 0);
        expect(relative(usedHz, round.greedy.usedHz)).toBeLessThan(1e-12);
        expect(planRound('static-share', round, context).selected).toEqual(round.staticShare.selected);
      });
    },
  );
});
