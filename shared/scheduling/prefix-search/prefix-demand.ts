import {
  type CommonRate,
  type DemandOf,
  DemandSum,
  demandOfEach,
} from '#shared/scheduling/bandwidth-demand.ts';
import { type GainGroups, groupGains, LEAF } from './gain-groups.ts';

/**
 * This close to the pole (in ln gamma) only equal gains stand in for each other: a stand-in's gamma is rounded, and its
 * distance from the pole with it.
 */
const NEAR_POLE = 0.02;

/** How finely a prefix's demand is summed. */
export interface Fineness {
  /**
   * A group of devices is opened unless its width in ln gamma is below this part of its distance t = ln(gamma/c) from
   * the pole at gamma = c. The two-point rule's relative error is near (narrow/2)^4 / 12. Undefined: each device.
   */
  readonly narrow: number | undefined;
  /** A bound on the relative error of the bounds that are computed from such sums. */
  readonly caution: number;
  /** Differences of the objective below this part of V*|S| + q*D say nothing. */
  readonly resolution: number;
}

/** A sketch: sums are 1e-7 too low at most. */
export const COARSE: Fineness = { narrow: 1 / 16, caution: 1e-5, resolution: 2e-7 };
/** Sums are 2e-11 too low at most. */
export const FINE: Fineness = { narrow: 1 / 128, caution: 1e-9, resolution: 2e-13 };
/** Sums are 1e-13 too low at most. */
export const FINEST: Fineness = { narrow: 1 / 512, caution: 1e-9, resolution: 2e-13 };
/** Device by device. */
export const EACH: Fineness = { narrow: undefined, caution: 1e-9, resolution: 2e-13 };

/** The demand of any prefix of the ranked devices. */
export type PrefixDemand = (size: number) => DemandOf;

/** Demand of prefixes at any fineness; the groups are built once, when they are first needed. */
export function prefixDemands(gammaHz: Float64Array): (fineness: Fineness) => PrefixDemand {
  let groups: GainGroups | undefined;
  return ({ narrow }) => {
    if (narrow === undefined) return (size) => demandOfEach(gammaHz, size);
    groups ??= groupGains(gammaHz);
    const built = groups;
    return (size) => (rate) => demandOfGroups(gammaHz, built, size, rate, narrow);
  };
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
