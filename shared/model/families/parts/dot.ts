/**
 * Dot product of `values` with the values of `weight` from `offset`, in double precision. Four independent
 * partial sums let the processor overlap the additions.
 */
export function dot(weight: Float32Array, offset: number, values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += weight[offset + i] * values[i];
    b += weight[offset + i + 1] * values[i + 1];
    c += weight[offset + i + 2] * values[i + 2];
    d += weight[offset + i + 3] * values[i + 3];
  }
  for (let i = whole; i < values.length; i++) a += weight[offset + i] * values[i];
  return a + b + (c + d);
}
