import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';
import { ascendingDevices, fixedSize } from '#shared/scheduling/context/top-devices.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/** A uniformly random set of `deviceCount` devices, new in every round, with the best split of the band. */
export const random: SchedulingPolicy = {
  summary: 'devicesPerRound devices at random, the best split of the band',
  allocate(round, context) {
    const stream = randomStream(context.seed, 'policy', context.round);
    const order = randomPermutation(stream, round.ranked.count);
    const size = fixedSize(round, context.deviceCount);
    return allocateBest(round, ascendingDevices(order.subarray(0, size)));
  },
};
