import { rateNatsPerSecond } from '#shared/channel/rate.ts';
import { payloadNats } from '#shared/scheduling/round-problem.ts';
import { allocateEqualShares, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Adaptive average bandwidth allocation (AABA, eq. 28): a share B/|S| each, for the longest prefix whose
 * slowest device still meets the budget. One more device makes the slowest device weaker and its share
 * smaller, so the search ends at the first size that exceeds the budget.
 */
export const equalShare: SchedulingPolicy = {
  summary: 'AABA: B/|S| each, the longest prefix whose slowest device meets the budget',
  allocate(round) {
    const { problem, ranked } = round;
    const neededNatsPerSecond = payloadNats(problem) / problem.delayBudgetSeconds;
    let size = 0;
    while (size < ranked.count) {
      const shareHz = problem.bandwidthHz / (size + 1);
      const gammaHz = ranked.gammaHz[size];
      if (rateNatsPerSecond(shareHz, gammaHz) < neededNatsPerSecond) break;
      size++;
    }
    const scheduled = Math.max(size, round.minimumDevices);
    return allocateEqualShares(round, scheduled, problem.bandwidthHz / scheduled);
  },
};
