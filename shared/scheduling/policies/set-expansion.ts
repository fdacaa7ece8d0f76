import { demandOfEach } from '../bandwidth-demand.ts';
import { expandOneByOne } from '../prefix-search/every-prefix.ts';
import { firstFall } from '../prefix-search/first-fall.ts';
import { NARROW_GROUPS, prefixDemand } from '../prefix-search/prefix-demand.ts';
import { PrefixValues } from '../prefix-search/prefix-values.ts';
import { allocatePrefix, type SchedulingPolicy } from './scheduling-policy.ts';

/** Up to here adding devices one by one is the fastest. */
const ONE_BY_ONE_UP_TO = 40;

/**
 * The paper's Algorithm 1: starting from nobody, add devices in order of falling gain while the objective
 * V*|S| - q*D*(S) does not fall. Not optimal, whatever Theorem 2 says: the objective need not be unimodal in |S|.
 */
export const setExpansion: SchedulingPolicy = (round) => {
  const { problem, ranked, minimumDevices } = round;
  const { gammaHz, count } = ranked;
  const stop =
    count <= ONE_BY_ONE_UP_TO
      ? expandOneByOne(
          new PrefixValues(problem, gammaHz, (size) => demandOfEach(gammaHz, size)),
          minimumDevices,
          count,
        )
      : firstFall(
          new PrefixValues(problem, gammaHz, prefixDemand(gammaHz, NARROW_GROUPS)),
          minimumDevices,
          count,
        );
  return allocatePrefix(round, stop.size, stop.rate?.natsPerSecond);
};
