import { gammasOf } from '#shared/scheduling/ranked-devices.ts';
import { payloadNats } from '#shared/scheduling/round-problem.ts';
import { bandwidthForRate, sizeWithinDelay } from '#shared/scheduling/size-within-delay.ts';
import { allocatePrefix, NOBODY, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Greedy strategy (GS, eq. 29): in order of falling received power, each device gets exactly the bandwidth
 * that meets the budget, until the next one does not fit the band. The rest of the band stays unused. If the
 * minimum number of devices needs more than the band, the prefix of that size gets the best split instead,
 * and the budget is exceeded.
 */
export const greedy: SchedulingPolicy = {
  summary: 'GS: in order of gain, each device gets the least bandwidth that meets the budget',
  allocate(round) {
    const { problem, ranked } = round;
    const natsPerSecond = payloadNats(problem) / problem.delayBudgetSeconds;
    const size = sizeWithinDelay(problem, ranked.gammaHz, problem.delayBudgetSeconds);
    if (size < round.minimumDevices) return allocatePrefix(round, round.minimumDevices);
    if (size === 0) return NOBODY;
    const selected = ranked.prefix(size);
    return {
      selected,
      delaySeconds: problem.delayBudgetSeconds,
      bandwidthHz: gammasOf(problem, selected).map((gammaHz) => bandwidthForRate(natsPerSecond, gammaHz)),
    };
  },
};
