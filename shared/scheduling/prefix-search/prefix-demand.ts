import {
  type CommonRate,
  type DemandOf,
  DemandSum,
  demandOfEach,
} from '#shared/scheduling/bandwidth-demand.ts';
import { type GroupedGains, groupGains, LEAF } from './gain-groups.ts';

/**
 * A group closer than this (in ln gamma) to the pole at gamma = c is used only if all its gammas are equal,
 * because rounding of a stand-in's gamma would change its distance from the pole noticeably.
 */
const NEAR_POLE = 0.02;

/** Precision of the sums for a prefix's demand. */
export interface Fineness {
  /**
   * A group is used only if its width in ln gamma is at most this fraction of its distance t = ln(gamma/c)
   * from the pole at gamma = c; else smaller groups or single devices are summed instead. The two-point
   * rule's relative error is near (narrow/2)^4 / 12. Undefined: every device is summed.
   */
  readonly narrow: number | undefined;
  /** Bound on the relative error that the sums cause in the bounds on increments. */
  readonly caution: number;
  /** Differences of the objective below this fraction of V*|U| + q*D are within the error of the sums. */
  readonly resolution: number;
}

/** For a coarse first search: sums are at most 1e-7 too low, relative to their value. */
export const COARSE: Fineness = { narrow: 1 / 16, caution: 1e-5, resolution: 2e-7 };
/** Sums are at most 2e-11 too low, relative to their value. */
export const FINE: Fineness = { narrow: 1 / 128, caution: 1e-9, resolution: 2e-13 };
/** Sums are at most 1e-13 too low, relative to their value. */
export const FINEST: Fineness = { narrow: 1 / 512, caution: 1e-9, resolution: 2e-13 };
/** Sums over all devices, without groups. */
export const EACH: Fineness = { narrow: undefined, caution: 1e-9, resolution: 2e-13 };

/** Returns the demand of a prefix of the ranked devices, by its size. */
export type PrefixDemand = (size: number) => DemandOf;

/** Demand of prefixes at any fineness. The groups are built once, at the first use. */
export function prefixDemands(gammaHz: Float64Array): (fineness: Fineness) => PrefixDemand {
  let groups: GroupedGains | undefined;
  return ({ narrow }) => {
    if (narrow === undefined) return (size) => demandOfEach(gammaHz, size);
    groups ??= groupGains(gammaHz);
    const built = groups;
    return (size) => (rate) => demandOfGroups(gammaHz, built, size, rate, narrow);
  };
}

/**
 * Sums the demand of a prefix from the strongest device on, over the largest aligned groups that fit in it
 * and are narrow enough.
 */
export function demandOfGroups(
  gammaHz: Float64Array,
  { levels, logGamma }: GroupedGains,
  size: number,
  rate: CommonRate,
  narrow: number,
): DemandSum {
  const sum = new DemandSum();
  const logRate = Math.log(rate.natsPerSecond);
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
      const end = Math.min(rank + LEAF, size);
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
