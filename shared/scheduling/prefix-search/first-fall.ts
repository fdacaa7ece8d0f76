import type { PrefixValue, PrefixValues } from './prefix-values.ts';

/**
 * Where Algorithm 1 stops: the least size, from `fewest` on, at which one more device lowers the objective; `most` if
 * there is none. Ranges in which no increment of the delay can be that large are passed over in one step, so a
 * million devices take some hundred sizes, not a million.
 */
export function firstFall(values: PrefixValues, fewest: number, most: number): PrefixValue {
  let stop = values.at(fewest);
  while (stop.size < most && stop.rate === undefined) {
    const next = values.at(stop.size + 1);
    if (next.objective < stop.objective) return stop;
    stop = next;
  }
  if (stop.size === most) return stop;
  const last = values.at(most);
  return fallIn(values, stop, last) ?? last;
}

function fallIn(values: PrefixValues, left: PrefixValue, right: PrefixValue): PrefixValue | undefined {
  if (right.size - left.size === 1) return right.objective < left.objective ? left : undefined;
  const { controlV, queueSeconds } = values.problem;
  if (queueSeconds === 0) return undefined;
  const { least, most } = values.increments(left, right);
  // No increment is larger than all of the range together.
  const largest = Math.min(most, right.delaySeconds - left.delaySeconds);
  if (queueSeconds * largest <= controlV * (1 - 1e-9)) return undefined;
  if (queueSeconds * least > controlV) return left;
  const middle = values.between(left, right, Math.floor((left.size + right.size) / 2));
  return fallIn(values, left, middle) ?? fallIn(values, middle, right);
}
