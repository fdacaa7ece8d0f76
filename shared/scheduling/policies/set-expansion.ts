import { expandOneByOne } from '#shared/scheduling/prefix-search/every-prefix.ts';
import { firstFall } from '#shared/scheduling/prefix-search/first-fall.ts';
import { COARSE, FINEST, prefixDemands } from '#shared/scheduling/prefix-search/prefix-demand.ts';
import { type PrefixValue, PrefixValues } from '#shared/scheduling/prefix-search/prefix-values.ts';
import { allocatePrefix, type RankedRound, type SchedulingPolicy } from './scheduling-policy.ts';

/** Up to here adding devices one by one is the fastest. */
const ONE_BY_ONE_UP_TO = 40;

/** Up to here the stop is settled device by device, beyond it on the finest groups. */
const EACH_UP_TO = 10_000;

/**
 * The paper's Algorithm 1: starting from nobody, add devices in order of falling gain while the objective
 * V*|S| - q*D*(S) does not fall. Not optimal, whatever Theorem 2 says: the objective need not be unimodal in |S|.
 */
export const setExpansion: SchedulingPolicy = (round) => {
  const { problem, ranked, minimumDevices } = round;
  const { gammaHz, count } = ranked;
  const each = new PrefixValues(problem, gammaHz);
  if (count <= ONE_BY_ONE_UP_TO) return allocate(round, expandOneByOne(each, minimumDevices, count));
  const demands = prefixDemands(gammaHz);
  const sketch = new PrefixValues(problem, gammaHz, demands(COARSE), COARSE);
  const values = count <= EACH_UP_TO ? each : new PrefixValues(problem, gammaHz, demands(FINEST), FINEST);
  return allocate(round, firstFall(sketch, values, minimumDevices, count));
};

const allocate = (round: RankedRound, { size, rate }: PrefixValue) =>
  allocatePrefix(round, size, rate?.natsPerSecond);
