import type { RandomStream } from '#shared/random/random-stream.ts';

/**
 * `size` indices without replacement, each drawn with a probability in proportion to its weight among those that are left
 * (Efraimidis and Spirakis, 2006: the largest ln(u)/w). Indices of weight 0 come only when no others are left. One number
 * is drawn for each index, so the same stream gives the same sample whatever the size.
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
  if (size <= 0) return [];
  const threshold = Float64Array.from(indices, (index) => keys[index]).sort()[
    Math.max(0, indices.length - size)
  ];
  const above = indices.filter((index) => keys[index] > threshold);
  const equal = indices.filter((index) => keys[index] === threshold);
  return [...above, ...equal.slice(0, size - above.length)];
}

/** -ln(u)/0 is infinite, and 0/0 not a number: both stand last, at a finite place so that they compare. */
function orderOf(key: number): number {
  return key > -Number.MAX_VALUE ? key : -Number.MAX_VALUE;
}
