/**
 * Index of the first value that is not finite; -1 if all are.
 *
 * Millions of values are checked in every round. So all products with 0, which are NaN for such a value only,
 * are summed first; four sums, since an addition waits for the one before it. A value is looked for only
 * if there is one.
 */
export function firstNotFinite(values: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let index = 0; index < whole; index += 4) {
    first += values[index] * 0;
    second += values[index + 1] * 0;
    third += values[index + 2] * 0;
    fourth += values[index + 3] * 0;
  }
  for (let index = whole; index < values.length; index++) first += values[index] * 0;
  if (first + second + third + fourth === 0) return -1;
  return values.findIndex((value) => !Number.isFinite(value));
}
