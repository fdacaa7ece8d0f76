import type { RandomStream } from '#shared/random/random-stream.ts';
import { kthLargest } from './kth-largest.ts';

/**
 * Draws `size` indices without replacement, each with a probability in proportion to its weight among the
 * remaining ones: the indices with the largest keys ln(u)/w, u uniform (Efraimidis and Spirakis, 2006).
 * Indices of weight 0 are drawn only if no others are left. One number is drawn from the stream for each
 * index, so the keys do not depend on `size`.
 *
 * @param allowed whether an index may be drawn; all if left out
 */
export function weightedSample(
  stream: RandomStream,
  weights: ArrayLike<number>,
  size: number,
  allowed: (index: number) => boolean = () => true,
): number[] {
  const keys = Float64Array.from(weights, (weight) => orderOf(Math.log(1 - stream.uniform()) / weight));
  const indices: number[] = [];
  for (let index = 0; index < weights.length; index++) if (allowed(index)) indices.push(index);
  if (size <= 0 || indices.length === 0) return [];
  const threshold = kthLargest(
    indices.map((index) => keys[index]),
    size,
  );
  const above = indices.filter((index) => keys[index] > threshold);
  const equal = indices.filter((index) => keys[index] === threshold);
  return [...above, ...equal.slice(0, size - above.length)];
}

/**
 * A key that is finite, so that keys can be compared. With weight 0 the key is minus infinity, or NaN for
 * 0/0; both become the lowest finite number.
 */
function orderOf(key: number): number {
  return key > -Number.MAX_VALUE ? key : -Number.MAX_VALUE;
}
