import { describe, expect, it } from 'vitest';
import { firstNotFinite } from '#shared/model/first-not-finite.ts';

describe('the check for finite values', () => {
  it('finds the first bad value at any position of arrays of any length', () => {
    for (let length = 1; length <= 9; length++) {
      for (let position = 0; position < length; position++) {
        for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const values = new Float32Array(length).fill(-1.5);
          values.fill(bad, position);
          expect(firstNotFinite(values), `${bad} at ${position} of ${length}`).toBe(position);
        }
      }
    }
  });

  it('takes the largest and the smallest floats, both zeros and no values', () => {
    const largest = 3.4028234663852886e38;
    expect(firstNotFinite(Float32Array.of(largest, largest, largest, largest, -largest, -0, 0, 1e-45))).toBe(
      -1,
    );
    expect(firstNotFinite(new Float32Array(0))).toBe(-1);
  });
});
