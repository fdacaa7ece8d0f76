/**
 * Number of devices in the smallest group. Two values replace a group in sums ({@link GroupedGains}), so a
 * smaller group would save little.
 */
export const LEAF = 4;

/**
 * Groups of neighbours in the order of falling gamma. In sums over devices, two weighted values of gamma
 * replace each group: its stand-ins. Their weights add up to the number of its devices, and they have the
 * same mean, variance and skewness of ln gamma.
 */
export interface GroupedGains {
  /**
   * Level l holds groups of LEAF * 2^l devices, whose first rank is a multiple of their size; whole groups
   * only.
   */
  readonly levels: readonly GroupLevel[];
  /** ln gamma by rank. */
  readonly logGamma: Float64Array;
}

export interface GroupLevel {
  readonly groupSize: number;
  /** The stronger stand-in's gamma [Hz], by group. */
  readonly strongHz: Float64Array;
  /** The weaker stand-in's gamma [Hz], by group. */
  readonly weakHz: Float64Array;
  /** How many devices the stronger stand-in represents; the weaker one represents the rest. */
  readonly strongCount: Float64Array;
}

/** Per group: the mean of ln gamma, and the sums of the second and third powers of the deviations from it. */
interface Moments {
  readonly mean: Float64Array;
  readonly second: Float64Array;
  readonly third: Float64Array;
}

/**
 * Builds the groups of all levels: O(N) time and memory.
 *
 * The two stand-ins are Gauss's two-point rule for the group's distribution of ln gamma. Its sum is exact for
 * a cubic function, and never too large for a function with a positive fourth derivative. 1/s, the bandwidth
 * per nat/s as a function of t = ln(gamma/c), is such a function: it behaves like 1/t, whose derivatives
 * alternate in sign. So the demand of a group is never overestimated, the delay of a prefix is never
 * overestimated, and V*|S| - q*D is never underestimated: a search on groups bounds the true objective from
 * above.
 */
export function groupGains(gammaHz: Float64Array): GroupedGains {
  const logGamma = gammaHz.map(Math.log);
  const levels: GroupLevel[] = [];
  let groupSize = LEAF;
  let moments = leafMoments(logGamma);
  while (moments.mean.length > 0) {
    levels.push(standIns(gammaHz, groupSize, moments));
    moments = mergePairs(groupSize, moments);
    groupSize *= 2;
  }
  return { levels, logGamma };
}

function leafMoments(logGamma: Float64Array): Moments {
  const groups = Math.floor(logGamma.length / LEAF);
  const moments = emptyMoments(groups);
  for (let group = 0; group < groups; group++) {
    const start = group * LEAF;
    let sum = 0;
    for (let rank = start; rank < start + LEAF; rank++) sum += logGamma[rank] - logGamma[start];
    const mean = logGamma[start] + sum / LEAF;
    for (let rank = start; rank < start + LEAF; rank++) {
      const deviation = logGamma[rank] - mean;
      moments.second[group] += deviation * deviation;
      moments.third[group] += deviation * deviation * deviation;
    }
    moments.mean[group] = mean;
  }
  return moments;
}

/** Merges neighbouring groups in pairs of equal size, with their moments about the common mean. */
function mergePairs(groupSize: number, parts: Moments): Moments {
  const groups = Math.floor(parts.mean.length / 2);
  const merged = emptyMoments(groups);
  for (let group = 0; group < groups; group++) {
    const left = 2 * group;
    const right = left + 1;
    const half = (parts.mean[left] - parts.mean[right]) / 2;
    merged.mean[group] = parts.mean[right] + half;
    merged.second[group] = parts.second[left] + parts.second[right] + 2 * groupSize * half * half;
    merged.third[group] =
      parts.third[left] + parts.third[right] + 3 * half * (parts.second[left] - parts.second[right]);
  }
  return merged;
}

function emptyMoments(groups: number): Moments {
  const column = () => new Float64Array(groups);
  return { mean: column(), second: column(), third: column() };
}

function standIns(gammaHz: Float64Array, groupSize: number, moments: Moments): GroupLevel {
  const groups = moments.mean.length;
  const strongHz = new Float64Array(groups);
  const weakHz = new Float64Array(groups);
  const strongCount = new Float64Array(groups);
  for (let group = 0; group < groups; group++) {
    const variance = moments.second[group] / groupSize;
    const deviation = Math.sqrt(variance);
    const halfSkewness = variance === 0 ? 0 : moments.third[group] / groupSize / (2 * variance * deviation);
    const spread = Math.sqrt(1 + halfSkewness * halfSkewness);
    // Rounding must not move a stand-in out of its group's range of gamma.
    const strongest = gammaHz[group * groupSize];
    const weakest = gammaHz[(group + 1) * groupSize - 1];
    const clamp = (gamma: number) => Math.min(Math.max(gamma, weakest), strongest);
    strongHz[group] = clamp(Math.exp(moments.mean[group] + deviation * (halfSkewness + spread)));
    weakHz[group] = clamp(Math.exp(moments.mean[group] + deviation * (halfSkewness - spread)));
    strongCount[group] = (groupSize * (spread - halfSkewness)) / (2 * spread);
  }
  return { groupSize, strongHz, weakHz, strongCount };
}
