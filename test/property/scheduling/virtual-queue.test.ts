import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { driftPlusPenalty, promisedAverageDelaySeconds } from '#shared/scheduling/drift-plus-penalty.ts';
import { minimumDelay } from '#shared/scheduling/minimum-delay.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { POLICIES, POLICY_NAMES, type PolicyName } from '#shared/scheduling/policies/registry.ts';
import { gains, rounds } from './rounds.ts';

/** Policies that need only the channel. */
const WITHOUT_FACTS = POLICY_NAMES.filter((name) => POLICIES[name].needs === undefined);

describe('the virtual queue', () => {
  test('keeps its promise under any policy, channel and mixture of policies', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(gains(1, 12), fc.constantFrom(...WITHOUT_FACTS)), { minLength: 1, maxLength: 25 }),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (history, budgetPart, vPart) => {
          const link = { bandwidthHz: 1e7, noiseWattsPerHz: 4e-21, powerWatts: 0.1, payloadBits: 1e6 };
          const unit = minimumDelay({ ...link, channelGain: history[0][0] }).delaySeconds;
          const delayBudgetSeconds = budgetPart * unit;
          let queueSeconds = 0;
          let totalSeconds = 0;
          history.forEach(([channelGain, policy], round) => {
            const controlV = (1e-3 + vPart * unit * unit) / (1 + round);
            const problem = { ...link, channelGain, delayBudgetSeconds, controlV, queueSeconds };
            const plan = planRound(policy, problem, { seed: 3, round, deviceCount: 4 });
            const { drift, driftBound } = driftPlusPenalty(problem, plan);
            const scale = queueSeconds ** 2 + plan.delaySeconds ** 2 + delayBudgetSeconds ** 2;
            expect(drift).toBeLessThanOrEqual(driftBound + 1e-12 * scale);
            expect(plan.nextQueueSeconds).toBeGreaterThanOrEqual(0);
            queueSeconds = plan.nextQueueSeconds;
            totalSeconds += plan.delaySeconds;
          });
          const count = history.length;
          const promised = promisedAverageDelaySeconds(delayBudgetSeconds, queueSeconds, count);
          expect(totalSeconds / count).toBeLessThanOrEqual(promised * (1 + 1e-12));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('is minimised in its bound by the exact policy, among all policies', () => {
    fc.assert(
      fc.property(rounds(1, 25), (problem) => {
        const cost = (policy: PolicyName) => {
          const { queueSeconds, controlV } = problem;
          const { selected, delaySeconds } = planRound(policy, problem, {
            seed: 1,
            round: 0,
            deviceCount: 3,
          });
          return queueSeconds * delaySeconds - controlV * selected.length;
        };
        const scale = problem.controlV * problem.channelGain.length;
        for (const policy of WITHOUT_FACTS) {
          expect(cost('exact')).toBeLessThanOrEqual(cost(policy) + 1e-11 * (scale + Math.abs(cost(policy))));
        }
      }),
    );
  });
});
