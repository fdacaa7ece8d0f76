import quickselect from 'quickselect';

/**
 * The `size`-th largest value: the value at that place if all were sorted in descending order. Quickselect,
 * O(N) on average.
 *
 * @param values numbers or infinities
 * @param size from 1 to the number of values; a larger one gives the least value
 */
export function kthLargest(values: readonly number[], size: number): number {
  const place = Math.max(0, values.length - size);
  const partlySorted = values.slice();
  quickselect(partlySorted, place, 0, partlySorted.length - 1, compareNumbers);
  return partlySorted[place];
}

/** Compares instead of subtracting, because the difference of two equal infinities is NaN. */
function compareNumbers(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
