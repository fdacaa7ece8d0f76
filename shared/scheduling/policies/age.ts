import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { fixedSize, rateOfShare, topDevices } from '#shared/scheduling/context/top-devices.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Age-based scheduling (after Yang, Arafa, Quek and Poor, "Age-based scheduling policy for federated learning
 * in mobile edge networks", ICASSP 2020): schedules the K devices with the largest product of age and rate,
 * A_n * R_n. A_n is the number of rounds since the device was last scheduled.
 */
export const age: SchedulingPolicy = {
  summary: 'the devicesPerRound devices with the largest product of rounds since last scheduled and rate',
  needs: ['roundsSinceServed'],
  allocate(round, context) {
    const ages = requireFact('age', context, 'roundsSinceServed', round.ranked.count);
    const size = fixedSize(round, context.deviceCount);
    const score = (device: number) => ages[device] * rateOfShare(round, device, size);
    return allocateBest(round, topDevices(round, score, size));
  },
};
