import quickselect from 'quickselect';

/**
 * The value that `size` of the values are equal to or above, as by sorting them, in O(N).
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

/** A difference would not be a number for two equal infinities. */
function compareNumbers(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
