import { allocatePrefix, type SchedulingPolicy } from './scheduling-policy.ts';

/** Everyone, with the best split of the band and no regard for the budget: what the others are measured against. */
export const allIn: SchedulingPolicy = {
  summary: 'everyone, the best split of the band, no regard for the budget',
  allocate: (round) => allocatePrefix(round, round.ranked.count),
};
