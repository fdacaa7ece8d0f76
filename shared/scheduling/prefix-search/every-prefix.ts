import type { PrefixValue, PrefixValues } from './prefix-values.ts';

/**
 * The best of all sizes, tried in ascending order: the fastest search for a few dozen devices. The delay
 * rises with the size, so if the last tried size has the delay D, the objective of a larger size k is at most
 * V*U(k) - q*D. Sizes that cannot reach the best objective so far are skipped.
 */
export function bestOfEveryPrefix(values: PrefixValues, fewest: number, most: number) {
  const { controlV, queueSeconds } = values.problem;
  let value = values.at(fewest);
  let best = value;
  while (value.size < most) {
    const worthwhile = values.utility.sizeWorth(
      (best.objective + queueSeconds * value.delaySeconds) / controlV,
    );
    // Rounding must not skip a size that equals the best.
    const next = Math.max(value.size + 1, Math.ceil(worthwhile * (1 - 1e-12)));
    if (!(next <= most)) break;
    value = values.at(next, value.rate?.natsPerSecond);
    if (value.objective >= best.objective) best = value;
  }
  return { best, upperBound: best.objective };
}

/** Algorithm 1 as the paper prints it: adds one device at a time while the objective does not fall. */
export function expandOneByOne(values: PrefixValues, fewest: number, most: number): PrefixValue {
  let value = values.at(fewest);
  while (value.size < most) {
    const next = values.at(value.size + 1, value.rate?.natsPerSecond);
    if (next.objective < value.objective) break;
    value = next;
  }
  return value;
}
