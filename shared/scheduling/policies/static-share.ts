import { rateNatsPerSecond } from '#shared/channel/rate.ts';
import { payloadNats } from '#shared/scheduling/round-problem.ts';
import { allocateEqualShares, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Static average bandwidth allocation (SABA): every device has the share B/N of the band, whether it is
 * scheduled or not. The devices that meet the budget with this share are scheduled. The paper names the
 * policy but does not define it; this definition is assumed.
 */
export const staticShare: SchedulingPolicy = {
  summary: 'SABA: B/N each, the devices that meet the budget with it',
  allocate(round) {
    const { problem, ranked } = round;
    const shareHz = problem.bandwidthHz / ranked.count;
    const neededNatsPerSecond = payloadNats(problem) / problem.delayBudgetSeconds;
    let size = 0;
    while (size < ranked.count) {
      const gammaHz = ranked.gammaHz[size];
      if (rateNatsPerSecond(shareHz, gammaHz) < neededNatsPerSecond) break;
      size++;
    }
    return allocateEqualShares(round, Math.max(size, round.minimumDevices), shareHz);
  },
};
