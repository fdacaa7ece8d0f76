import type { PrefixValue, PrefixValues } from './prefix-values.ts';

/** Leaves room for rounding. */
const NEARLY_ONE = 1 - 1e-12;

/**
 * The best of all sizes, tried one by one: the fastest way for a few dozen devices. A larger prefix is never faster, so
 * the search ends where not even all devices at the present delay would be worth the best found.
 */
export function bestOfEveryPrefix(values: PrefixValues, fewest: number, most: number) {
  let value = values.at(fewest);
  let best = value;
  const { controlV, queueSeconds } = values.problem;
  for (let size = fewest + 1; size <= most; size++) {
    if (controlV * most - queueSeconds * value.delaySeconds * NEARLY_ONE < best.objective) break;
    value = values.at(size, value.rate?.natsPerSecond);
    if (value.objective >= best.objective) best = value;
  }
  return { best, upperBound: best.objective };
}

/** Algorithm 1 to the letter: one device more, while the objective does not fall. */
export function expandOneByOne(values: PrefixValues, fewest: number, most: number): PrefixValue {
  let value = values.at(fewest);
  while (value.size < most) {
    const next = values.at(value.size + 1, value.rate?.natsPerSecond);
    if (next.objective < value.objective) break;
    value = next;
  }
  return value;
}
