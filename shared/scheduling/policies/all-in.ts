import { allocatePrefix, type SchedulingPolicy } from './scheduling-policy.ts';

/** All devices, with the best split of the band. Ignores the budget: a reference for the other policies. */
export const allIn: SchedulingPolicy = {
  summary: 'all devices, the best split of the band; ignores the budget',
  allocate: (round) => allocatePrefix(round, round.ranked.count),
};
