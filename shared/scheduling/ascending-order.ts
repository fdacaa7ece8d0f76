/** Values of one 16-bit digit. */
const DIGITS = 2 ** 16;
const SIGN = 0x8000_0000;

/**
 * The indices of numbers in ascending order; equal ones keep the order of `order`, which is that of the
 * indices by default. A radix sort of the numbers' bits in four passes: a million take a tenth of the time of
 * a sort that compares.
 *
 * @param keys finite numbers or infinities
 * @param order indices to start from: a permutation
 */
export function ascendingOrder(keys: Float64Array, order?: Uint32Array): Uint32Array {
  const count = keys.length;
  const words = new Uint32Array(2 * count);
  const halves = new Uint32Array(Float64Array.from(keys, (key) => key + 0).buffer);
  for (let index = 0; index < count; index++) {
    // As unsigned integers, the bits of positive numbers ascend, and those of negative ones descend.
    const low = halves[2 * index];
    const high = halves[2 * index + 1];
    const isNegative = high >= SIGN;
    words[2 * index] = isNegative ? ~low : low;
    words[2 * index + 1] = isNegative ? ~high : high | SIGN;
  }
  let from = order === undefined ? Uint32Array.from(keys, (_, index) => index) : order.slice();
  let to = new Uint32Array(count);
  for (let digit = 0; digit < 4; digit++) {
    const word = digit >> 1;
    const shift = 16 * (digit & 1);
    const ends = new Uint32Array(DIGITS + 1);
    for (let index = 0; index < count; index++) {
      ends[((words[2 * index + word] >>> shift) & (DIGITS - 1)) + 1]++;
    }
    for (let value = 0; value < DIGITS; value++) ends[value + 1] += ends[value];
    for (let place = 0; place < count; place++) {
      const index = from[place];
      to[ends[(words[2 * index + word] >>> shift) & (DIGITS - 1)]++] = index;
    }
    [from, to] = [to, from];
  }
  return from;
}
