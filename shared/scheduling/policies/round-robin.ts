import { ascendingDevices, fixedSize } from '#shared/scheduling/context/top-devices.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * `deviceCount` devices in turn: round t schedules the devices t*k, ..., t*k + k - 1, counted cyclically, so
 * that over time all devices send equally often. With the best split of the band.
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
