/**
 * A key of 64 bits is sorted as six digits: five of 11 bits, and a highest one of the remaining nine bits.
 */
const DIGIT_BITS = 11;
const PASSES = 6;
const DIGITS = 2 ** DIGIT_BITS;
const SIGN = 0x8000_0000;

/**
 * The keys as 64-bit unsigned integers that have the same order as the numbers, each as a low and a high
 * word, and the index of each key in the input. Keys and indices are moved together, so that every pass reads
 * memory in sequence.
 */
interface Records {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly index: Uint32Array;
}

/**
 * Returns the indices of the keys in ascending order of the keys. Indices of equal keys stay in the order in
 * which `order` gives them; by default the lower index comes first. A radix sort of the keys' bits in six
 * passes, O(N).
 *
 * @param keys finite numbers or infinities
 * @param order a permutation of the indices, which decides between equal keys
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
    // Read as unsigned integers, the bits of positive numbers rise with the number, and those of negative
    // numbers fall. Inverting the negative ones and setting the sign bit of the others gives one rising
    // order.
    const lowBits = words[2 * index[place]];
    const highBits = words[2 * index[place] + 1];
    const isNegative = highBits >= SIGN;
    low[place] = isNegative ? ~lowBits : lowBits;
    high[place] = isNegative ? ~highBits : highBits | SIGN;
  }
  return { low, high, index };
}

/** The digit that a pass sorts by: the bits from 11 * pass to 11 * pass + 10 of a key in two 32-bit words. */
function digitOf(low: number, high: number, pass: number): number {
  const shift = DIGIT_BITS * pass;
  if (shift >= 32) return (high >>> (shift - 32)) & (DIGITS - 1);
  const bits = low >>> shift;
  return (shift + DIGIT_BITS > 32 ? bits | (high << (32 - shift)) : bits) & (DIGITS - 1);
}

/**
 * For each value of the digit, the first place of its records in sorted order; undefined if all records have
 * the same digit, so that the pass can be skipped.
 */
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
