import { expandOneByOne } from '#shared/scheduling/prefix-search/every-prefix.ts';
import { firstFall } from '#shared/scheduling/prefix-search/first-fall.ts';
import { COARSE, FINEST, prefixDemands } from '#shared/scheduling/prefix-search/prefix-demand.ts';
import { PrefixValues } from '#shared/scheduling/prefix-search/prefix-values.ts';
import { DEVICE_COUNT } from '#shared/scheduling/utility.ts';
import { allocatePrefix, type RankedRound, type SchedulingPolicy } from './scheduling-policy.ts';

/** Up to this many devices, adding them one by one is the fastest search. */
const ONE_BY_ONE_UP_TO = 40;

/**
 * Up to this many devices, demand is summed device by device to decide where the search stops; above, it is
 * summed over the finest groups.
 */
const EACH_UP_TO = 10_000;

/**
 * The paper's Algorithm 1: starting from the empty set, adds devices in order of falling received power while
 * the objective V*|S| - q*D*(S) does not fall and the round's delay limit is met. The result is not always
 * optimal, contrary to Theorem 2: the objective need not be unimodal in |S|.
 */
export const setExpansion: SchedulingPolicy = {
  summary: "the paper's Algorithm 1: one device more while V*|S| - q*D does not fall",
  queue: { utility: DEVICE_COUNT, search: 'first-fall' },
  allocate(round) {
    const { size, rate } = expansion(round);
    return allocatePrefix(round, size, rate?.natsPerSecond);
  },
};

function expansion({ problem, ranked, minimumDevices, mostDevices }: RankedRound) {
  const { gammaHz, count } = ranked;
  const most = Math.max(mostDevices, minimumDevices);
  const each = new PrefixValues(problem, gammaHz);
  if (count <= ONE_BY_ONE_UP_TO) return expandOneByOne(each, minimumDevices, most);
  const demands = prefixDemands(gammaHz);
  const sketch = new PrefixValues(problem, gammaHz, demands(COARSE), COARSE);
  const values = count <= EACH_UP_TO ? each : new PrefixValues(problem, gammaHz, demands(FINEST), FINEST);
  return firstFall(sketch, values, minimumDevices, most);
}
