import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';
import { allocateBest, type SchedulingPolicy } from './scheduling-policy.ts';

/** A uniformly random set of `deviceCount` devices, new in every round, with the best split of the band. */
export const random: SchedulingPolicy = {
  summary: 'devicesPerRound devices at random, the best split of the band',
  allocate(round, context) {
    const { count } = round.ranked;
    const size = Math.max(Math.min(context.deviceCount, count), round.minimumDevices);
    const order = randomPermutation(randomStream(context.seed, 'policy', context.round), count);
    return allocateBest(
      round,
      Array.from(order.subarray(0, size)).sort((a, b) => a - b),
    );
  },
};
