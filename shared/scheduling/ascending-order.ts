/** A key is sorted by six digits of 11 bits, the last of which has nine. */
const DIGIT_BITS = 11;
const PASSES = 6;
const DIGITS = 2 ** DIGIT_BITS;
const SIGN = 0x8000_0000;

/**
 * Keys as unsigned integers of the same order, and the index of each. Keys and indices move together, so that
 * every pass reads memory in sequence.
 */
interface Records {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly index: Uint32Array;
}

/**
 * The indices of numbers in ascending order; equal ones keep the order of `order`, which is that of the
 * indices by default. A radix sort of the numbers' bits in six passes, O(N).
 *
 * @param keys finite numbers or infinities
 * @param order indices to start from: a permutation
 */
export function ascendingOrder(keys: Float64Array, order?: Uint32Array): Uint32Array {
  const count = keys.length;
  let from = orderedRecords(keys, order);
  let to: Records = {
    low: new Uint32Array(count),
    high: new Uint32Array(count),
    index: new Uint32Array(count),
  };
  for (let pass = 0; pass < PASSES; pass++) {
    const starts = digitStarts(from, pass);
    if (starts === undefined) continue;
    const { low, high, index } = from;
    for (let place = 0; place < count; place++) {
      const next = starts[digitOf(low[place], high[place], pass)]++;
      to.low[next] = low[place];
      to.high[next] = high[place];
      to.index[next] = index[place];
    }
    [from, to] = [to, from];
  }
  return from.index;
}

function orderedRecords(keys: Float64Array, order: Uint32Array | undefined): Records {
  const count = keys.length;
  // Adding 0 makes -0 and 0 the same key.
  const words = new Uint32Array(keys.map((key) => key + 0).buffer);
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  const index = order === undefined ? new Uint32Array(count) : order.slice();
  for (let place = 0; place < count; place++) {
    if (order === undefined) index[place] = place;
    // As unsigned integers, the bits of positive numbers ascend, and those of negative ones descend.
    const lowBits = words[2 * index[place]];
    const highBits = words[2 * index[place] + 1];
    const isNegative = highBits >= SIGN;
    low[place] = isNegative ? ~lowBits : lowBits;
    high[place] = isNegative ? ~highBits : highBits | SIGN;
  }
  return { low, high, index };
}

/** Bits 11 pass to 11 pass + 10 of a key of two words. */
function digitOf(low: number, high: number, pass: number): number {
  const shift = DIGIT_BITS * pass;
  if (shift >= 32) return (high >>> (shift - 32)) & (DIGITS - 1);
  const bits = low >>> shift;
  return (shift + DIGIT_BITS > 32 ? bits | (high << (32 - shift)) : bits) & (DIGITS - 1);
}

/** The first place of each digit in the sorted records; undefined if all records have the same digit. */
function digitStarts({ low, high }: Records, pass: number): Uint32Array | undefined {
  const counts = new Uint32Array(DIGITS);
  for (let place = 0; place < low.length; place++) counts[digitOf(low[place], high[place], pass)]++;
  let start = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const records = counts[digit];
    if (records === low.length) return undefined;
    counts[digit] = start;
    start += records;
  }
  return counts;
}
