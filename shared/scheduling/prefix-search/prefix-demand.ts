import { type CommonRate, type DemandOf, DemandSum, demandOfEach } from '../bandwidth-demand.ts';
import { type GainGroups, groupGains } from './gain-groups.ts';

/**
 * A group is opened unless its width in ln gamma is below this part of its distance t = ln(gamma/c) from the pole at
 * gamma = c. The two-point rule's relative error is near (width/2t)^4 / 12: below 2e-12 here, and mostly far below.
 */
const NARROW = 1 / 256;

/** From here on groups pay; with fewer devices few groups are narrow. */
const GROUPS_FROM = 4096;

/** The demand of any prefix of the ranked devices: over each device, or over groups where there are many. */
export function prefixDemand(gammaHz: Float64Array): (size: number) => DemandOf {
  if (gammaHz.length < GROUPS_FROM) return (size) => demandOfEach(gammaHz, size);
  const groups = groupGains(gammaHz);
  return (size) => (rate) => demandOfGroups(gammaHz, groups, size, rate);
}

/** Walks the prefix from the strongest device on, in the largest aligned groups that fit in and are narrow enough. */
function demandOfGroups(
  gammaHz: Float64Array,
  { levels, logGamma }: GainGroups,
  size: number,
  rate: CommonRate,
): DemandSum {
  const sum = new DemandSum();
  const logRate = Math.log(rate.natsPerSecond);
  const leaf = levels[0].groupSize;
  const usable = (level: number, start: number): boolean => {
    if (level >= levels.length) return false;
    const { groupSize } = levels[level];
    const end = start + groupSize;
    if (end > size || start % groupSize !== 0) return false;
    const weakest = logGamma[end - 1];
    return logGamma[start] - weakest <= NARROW * (weakest - logRate);
  };
  let rank = 0;
  let level = 0;
  while (rank < size) {
    while (usable(level + 1, rank)) level++;
    while (level >= 0 && !usable(level, rank)) level--;
    if (level < 0) {
      const end = Math.min(rank + leaf, size);
      sum.addEach(rate, gammaHz, rank, end);
      rank = end;
      level = 0;
    } else {
      const { groupSize, strongHz, weakHz, strongCount } = levels[level];
      const group = rank / groupSize;
      sum.add(rate, strongHz[group], strongCount[group]);
      sum.add(rate, weakHz[group], groupSize - strongCount[group]);
      rank += groupSize;
    }
  }
  return sum;
}
