import { ascendingDevices, fixedSize } from '#shared/scheduling/context/top-devices.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * `deviceCount` devices in turn, with the best split of the band. With k devices a round, round t schedules
 * the devices t*k to t*k + k - 1 modulo N, so that in the long run all devices are scheduled equally often.
 */
export const roundRobin: SchedulingPolicy = {
  summary: 'devicesPerRound devices in turn, the best split of the band',
  allocate(round, context) {
    const { count } = round.ranked;
    const size = fixedSize(round, context.deviceCount);
    const first = (context.round * size) % count;
    const selected = Array.from({ length: size }, (_, turn) => (first + turn) % count);
    return allocateBest(round, ascendingDevices(selected));
  },
};
