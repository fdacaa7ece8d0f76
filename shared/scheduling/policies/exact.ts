import { demandOfEach } from '../bandwidth-demand.ts';
import { type BestPrefix, bestPrefix } from '../prefix-search/best-prefix.ts';
import { bestOfEveryPrefix } from '../prefix-search/every-prefix.ts';
import { NARROW_GROUPS, prefixDemand, WIDE_GROUPS } from '../prefix-search/prefix-demand.ts';
import { PrefixValues } from '../prefix-search/prefix-values.ts';
import { roundObjective } from '../virtual-queue.ts';
import { allocatePrefix, type RankedRound, type SchedulingPolicy } from './scheduling-policy.ts';

/** Up to here trying every size is faster than bounding ranges of sizes. */
const EVERY_SIZE_UP_TO = 40;

/** A search on groups is good enough if its certificate leaves no more than this; else a finer one follows. */
const GAP_WANTED = 1e-10;

/** A bound on the rounding of V*|S| - q*D, relative to V*|S| + q*D. */
const ROUNDING = 3e-13;

/**
 * The best prefix of all sizes: the optimum of P1 (Theorem 2 says that some optimum is a prefix, and the early stop of
 * Algorithm 1 can miss it). The search may work on groups of devices, which never makes a prefix look worse than it
 * is; the plan itself is then computed device by device, and the certificate compares the two.
 */
export const exact: SchedulingPolicy = (round) => {
  const { problem, ranked, minimumDevices } = round;
  const { gammaHz, count } = ranked;
  if (count <= EVERY_SIZE_UP_TO) {
    const values = new PrefixValues(problem, gammaHz, (size) => demandOfEach(gammaHz, size));
    return certified(round, bestOfEveryPrefix(values, minimumDevices, count));
  }
  const search = (narrow: number) =>
    certified(
      round,
      bestPrefix(new PrefixValues(problem, gammaHz, prefixDemand(gammaHz, narrow)), minimumDevices, count),
    );
  const plan = search(WIDE_GROUPS);
  return plan.certificate.relativeGap <= GAP_WANTED ? plan : search(NARROW_GROUPS);
};

/** The plan for the prefix found, and what is proven of it. */
function certified(round: RankedRound, { best, upperBound }: BestPrefix) {
  const { controlV, queueSeconds } = round.problem;
  const allocation = allocatePrefix(round, best.size, best.rate?.natsPerSecond);
  const objective = roundObjective(controlV, best.size, queueSeconds, allocation.delaySeconds);
  const bound = upperBound + ROUNDING * (controlV * best.size + queueSeconds * allocation.delaySeconds);
  const relativeGap = (bound - objective) / Math.max(Math.abs(objective), controlV);
  return { ...allocation, certificate: { upperBound: bound, relativeGap } };
}
