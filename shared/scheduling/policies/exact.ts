import { type BestPrefix, bestPrefix } from '#shared/scheduling/prefix-search/best-prefix.ts';
import { bestOfEveryPrefix } from '#shared/scheduling/prefix-search/every-prefix.ts';
import {
  COARSE,
  FINE,
  FINEST,
  type Fineness,
  prefixDemands,
} from '#shared/scheduling/prefix-search/prefix-demand.ts';
import { PrefixValues } from '#shared/scheduling/prefix-search/prefix-values.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { roundObjective } from '#shared/scheduling/virtual-queue.ts';
import { allocatePrefix, type RankedRound, type SchedulingPolicy } from './scheduling-policy.ts';

/** Up to here trying every size is faster than bounding ranges of sizes. */
const EVERY_SIZE_UP_TO = 40;

/** A search is fine enough if its certificate leaves no more than this. */
const GAP_WANTED = 1e-10;

/** A bound on the rounding of V*|S| - q*D. */
const roundingOf = ({ controlV, queueSeconds }: RoundProblem, size: number, delaySeconds: number) =>
  3e-13 * (controlV * size + queueSeconds * delaySeconds);

/**
 * The best prefix of all sizes: the optimum of P1 (Theorem 2 says that some optimum is a prefix, and the early stop of
 * Algorithm 1 can miss it). The search works on groups of devices, which never makes a prefix look worse than it is:
 * first coarsely over all sizes, then finely over those that may still be the best. The plan itself is then computed
 * device by device, and the certificate compares the two.
 */
export const exact: SchedulingPolicy = (round) => {
  const { problem, ranked, minimumDevices } = round;
  const { gammaHz, count } = ranked;
  if (count <= EVERY_SIZE_UP_TO) {
    return certified(round, bestOfEveryPrefix(new PrefixValues(problem, gammaHz), minimumDevices, count));
  }
  const demands = prefixDemands(gammaHz);
  const valuesAt = (fineness: Fineness) => new PrefixValues(problem, gammaHz, demands(fineness), fineness);
  const sketch = bestPrefix(valuesAt(COARSE), minimumDevices, count);
  const search = (fineness: Fineness) => {
    const values = valuesAt(fineness);
    const { size, rate } = sketch.best;
    const { objective, delaySeconds } = values.at(size, rate?.natsPerSecond);
    const { fewest, most } = sketch.contenders(objective - roundingOf(problem, size, delaySeconds));
    return certified(round, bestPrefix(values, fewest, most, rate?.natsPerSecond));
  };
  const plan = search(FINE);
  return plan.certificate.relativeGap <= GAP_WANTED ? plan : search(FINEST);
};

/** The plan for the prefix found, and what is proven of it. */
function certified(round: RankedRound, { best, upperBound }: Pick<BestPrefix, 'best' | 'upperBound'>) {
  const { controlV, queueSeconds } = round.problem;
  const allocation = allocatePrefix(round, best.size, best.rate?.natsPerSecond);
  const objective = roundObjective(controlV, best.size, queueSeconds, allocation.delaySeconds);
  const bound = upperBound + roundingOf(round.problem, best.size, allocation.delaySeconds);
  const relativeGap = (bound - objective) / Math.max(Math.abs(objective), controlV);
  return { ...allocation, certificate: { upperBound: bound, relativeGap } };
}
