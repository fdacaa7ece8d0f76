import { certifiedBestPrefix } from '#shared/scheduling/prefix-search/certified-prefix.ts';
import { DEVICE_COUNT } from '#shared/scheduling/utility.ts';
import type { SchedulingPolicy } from './scheduling-policy.ts';

/**
 * The prefix with the greatest V*|S| - q*D among all sizes, which is an optimum of P1. Theorem 2 says that
 * some optimum is a prefix; Algorithm 1 stops early and can miss it.
 */
export const exact: SchedulingPolicy = {
  summary: 'the set that maximises V*|S| - q*D, with a certificate',
  queue: { utility: DEVICE_COUNT, search: 'all-sizes' },
  allocate: (round) => certifiedBestPrefix(round, DEVICE_COUNT, round.problem.controlV),
};
