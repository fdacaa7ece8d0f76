import { type CommonRate, type DemandOf, DemandSum, demandOfEach } from '../bandwidth-demand.ts';
import { type GainGroups, groupGains } from './gain-groups.ts';

/**
 * This close to the pole (in ln gamma) only equal gains stand in for each other: a stand-in's gamma is rounded, and its
 * distance from the pole with it.
 */
const NEAR_POLE = 0.02;

/** From here on groups pay; with fewer devices few groups are narrow. */
const GROUPS_FROM = 4096;

/** How narrow groups have to be: cheap, and exact to 2e-11. */
export const WIDE_GROUPS = 1 / 128;
/** How narrow groups have to be where that leaves a gap: exact to 1e-13. */
export const NARROW_GROUPS = 1 / 512;

/**
 * The demand of any prefix of the ranked devices: over each device, or over groups where there are many.
 *
 * @param narrow a group is opened unless its width in ln gamma is below this part of its distance t = ln(gamma/c) from
 * the pole at gamma = c. The two-point rule's relative error is near (narrow/2)^4 / 12.
 */
export function prefixDemand(gammaHz: Float64Array, narrow: number): (size: number) => DemandOf {
  if (gammaHz.length < GROUPS_FROM) return (size) => demandOfEach(gammaHz, size);
  const groups = groupGains(gammaHz);
  return (size) => (rate) => demandOfGroups(gammaHz, groups, size, rate, narrow);
}

/** Walks the prefix from the strongest device on, in the largest aligned groups that fit in and are narrow enough. */
export function demandOfGroups(
  gammaHz: Float64Array,
  { levels, logGamma }: GainGroups,
  size: number,
  rate: CommonRate,
  narrow: number,
): DemandSum {
  const sum = new DemandSum();
  const logRate = Math.log(rate.natsPerSecond);
  const leaf = levels[0].groupSize;
  const usable = (level: number, start: number): boolean => {
    if (level >= levels.length) return false;
    const { groupSize } = levels[level];
    const end = start + groupSize;
    if (end > size || start % groupSize !== 0) return false;
    const distance = logGamma[end - 1] - logRate;
    if (distance < NEAR_POLE) return gammaHz[start] === gammaHz[end - 1];
    return logGamma[start] - logGamma[end - 1] <= narrow * distance;
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
