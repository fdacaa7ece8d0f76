import { certifiedBestPrefix } from '#shared/scheduling/prefix-search/certified-prefix.ts';
import { PARTICIPATION } from '#shared/scheduling/utility.ts';
import type { SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Drift plus penalty with Theorem 1's own term: maximises -V/|S| - q * D(S). The paper maximises |S|, but the
 * bound of Theorem 1 falls as 1/|S|, which is steep for few devices. So this policy prefers rounds of similar
 * size to a mix of large and small ones. It schedules no device only if even one costs too much delay. For
 * each size the strongest devices have the least delay, so some best set is a prefix, as in Theorem 2.
 *
 * U = -1/|S| is most curved between one device and three. A price treats the value of delay as linear and
 * loses up to 3 % of the utility there, so rounds of few devices look ahead (`control/look-ahead.ts`).
 */
export const convergence: SchedulingPolicy = {
  summary: "the set that maximises -V/|S| - q*D, Theorem 1's own term, with a certificate",
  queue: { utility: PARTICIPATION, search: 'all-sizes', looksAhead: true },
  allocate: (round) => certifiedBestPrefix(round, PARTICIPATION, 0),
};
