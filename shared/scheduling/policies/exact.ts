import { demandOfEach } from '../bandwidth-demand.ts';
import { bestPrefix } from '../prefix-search/best-prefix.ts';
import { bestOfEveryPrefix } from '../prefix-search/every-prefix.ts';
import { prefixDemand } from '../prefix-search/prefix-demand.ts';
import { PrefixValues } from '../prefix-search/prefix-values.ts';
import { roundObjective } from '../virtual-queue.ts';
import { allocatePrefix, type SchedulingPolicy } from './scheduling-policy.ts';

/** Up to here trying every size is faster than bounding ranges of sizes. */
const EVERY_SIZE_UP_TO = 40;

/** A bound on the rounding of V*|S| - q*D, relative to V*|S| + q*D. */
const ROUNDING = 1e-12;

/**
 * The best prefix of all sizes: the optimum of P1 (Theorem 2 says that some optimum is a prefix, and the early stop of
 * Algorithm 1 can miss it). The search may work on groups of devices, which never makes a prefix look worse than it
 * is; the plan itself is then computed device by device, and the certificate states the two results.
 */
export const exact: SchedulingPolicy = (round) => {
  const { problem, ranked, minimumDevices } = round;
  const { gammaHz, count } = ranked;
  const { best, upperBound } =
    count <= EVERY_SIZE_UP_TO
      ? bestOfEveryPrefix(
          new PrefixValues(problem, gammaHz, (size) => demandOfEach(gammaHz, size)),
          minimumDevices,
          count,
        )
      : bestPrefix(new PrefixValues(problem, gammaHz, prefixDemand(gammaHz)), minimumDevices, count);
  const allocation = allocatePrefix(round, best.size, best.rate?.natsPerSecond);
  const { controlV, queueSeconds } = problem;
  const { delaySeconds } = allocation;
  const objective = roundObjective(controlV, best.size, queueSeconds, delaySeconds);
  const bound = upperBound + ROUNDING * (controlV * best.size + queueSeconds * delaySeconds);
  const relativeGap = (bound - objective) / Math.max(Math.abs(objective), controlV);
  return { ...allocation, certificate: { upperBound: bound, relativeGap } };
};
