import type { BestPrefix } from './best-prefix.ts';
import type { PrefixValue, PrefixValues } from './prefix-values.ts';

/** The best of all sizes, tried one by one: the plain way, and the fastest for a few dozen devices. */
export function bestOfEveryPrefix(values: PrefixValues, fewest: number, most: number): BestPrefix {
  let value = values.at(fewest);
  let best = value;
  for (let size = fewest + 1; size <= most; size++) {
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
