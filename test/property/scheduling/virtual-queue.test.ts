import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minimumDelay } from '../../../shared/scheduling/minimum-delay.ts';
import { planRound } from '../../../shared/scheduling/plan-round.ts';
import { POLICY_NAMES } from '../../../shared/scheduling/round-plan.ts';
import { gains } from './rounds.ts';

describe('the virtual queue', () => {
  test('keeps its promise under any policy, channel and mixture of policies', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(gains(1, 12), fc.constantFrom(...POLICY_NAMES)), { minLength: 1, maxLength: 25 }),
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
            const plan = planRound(
              policy,
              { ...link, channelGain, delayBudgetSeconds, controlV, queueSeconds },
              { seed: 3, round, deviceCount: 4 },
            );
            expect(plan.nextQueueSeconds).toBeGreaterThanOrEqual(0);
            queueSeconds = plan.nextQueueSeconds;
            totalSeconds += plan.delaySeconds;
          });
          const promised = delayBudgetSeconds * history.length + queueSeconds;
          expect(totalSeconds).toBeLessThanOrEqual(promised * (1 + 1e-12));
        },
      ),
      { numRuns: 200 },
    );
  });
});
