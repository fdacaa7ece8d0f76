import { allocatePrefix, type RankedRound } from '#shared/scheduling/policies/scheduling-policy.ts';
import type { Allocation, OptimalityCertificate } from '#shared/scheduling/round-plan.ts';
import type { Utility } from '#shared/scheduling/utility.ts';
import { roundObjective } from '#shared/scheduling/virtual-queue.ts';
import { type BestPrefix, bestPrefix } from './best-prefix.ts';
import { bestOfEveryPrefix } from './every-prefix.ts';
import { COARSE, FINE, FINEST, type Fineness, prefixDemands } from './prefix-demand.ts';
import { type PrefixValue, PrefixValues } from './prefix-values.ts';

/** Up to this many devices, trying every size is faster than bounding ranges of sizes. */
const LARGEST_EXHAUSTIVE_SEARCH = 40;

/** Largest accepted relative gap. With a larger one the search is repeated on finer groups. */
const GAP_WANTED = 1e-10;

/** Bound on the rounding error of V*U - q*D, as a fraction of V*|U| + q*D. */
const ROUNDING = 3e-13;

/** An allocation with its certificate of optimality. */
export interface CertifiedAllocation extends Allocation {
  readonly certificate: OptimalityCertificate;
}

/**
 * The best prefix of all allowed sizes for V * U(|S|) - q * D(S), with its certificate. The search works on
 * groups of devices, which never underestimate a prefix's objective: first coarsely over all sizes, then
 * finely over the sizes that may still be the best. The plan itself is computed device by device; the
 * certificate compares its objective with the bound of the search.
 *
 * @param smallestScale lower limit of the relative gap's denominator, for objectives that may be 0
 */
export function certifiedBestPrefix(
  round: RankedRound,
  utility: Utility,
  smallestScale: number,
): CertifiedAllocation {
  const { problem, ranked, minimumDevices } = round;
  const { gammaHz, count } = ranked;
  const most = Math.max(round.mostDevices, minimumDevices);
  const certified = (values: PrefixValues, { best, upperBound }: Pick<BestPrefix, 'best' | 'upperBound'>) => {
    const allocation = allocatePrefix(round, best.size, best.rate?.natsPerSecond);
    const { delaySeconds } = allocation;
    const { controlV, queueSeconds } = problem;
    const objective = roundObjective(controlV, utility.value(best.size), queueSeconds, delaySeconds);
    const bound = upperBound + roundingOf(values, { ...best, delaySeconds });
    const relativeGap = (bound - objective) / Math.max(Math.abs(objective), smallestScale);
    return { ...allocation, certificate: { upperBound: bound, relativeGap } };
  };
  if (count <= LARGEST_EXHAUSTIVE_SEARCH) {
    const values = new PrefixValues(problem, gammaHz, undefined, undefined, utility);
    return certified(values, bestOfEveryPrefix(values, minimumDevices, most));
  }
  const demands = prefixDemands(gammaHz);
  const valuesAt = (fineness: Fineness) =>
    new PrefixValues(problem, gammaHz, demands(fineness), fineness, utility);
  const sketch = bestPrefix(valuesAt(COARSE), minimumDevices, most);
  const search = (fineness: Fineness) => {
    const values = valuesAt(fineness);
    const { size, rate } = sketch.best;
    const value = values.at(size, rate?.natsPerSecond);
    const contenders = sketch.contenders(value.objective - roundingOf(values, value));
    const found = bestPrefix(values, contenders.fewest, contenders.most, rate?.natsPerSecond);
    return certified(values, found);
  };
  const plan = search(FINE);
  return plan.certificate.relativeGap <= GAP_WANTED ? plan : search(FINEST);
}

function roundingOf(values: PrefixValues, value: PrefixValue): number {
  return ROUNDING * values.scale(value);
}
