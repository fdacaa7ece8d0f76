import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuantileSketch } from '#emulator/latency/quantile-sketch.ts';

/** Values over many decades, zeros among them. */
const value = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 9, arbitrary: fc.double({ min: -6, max: 9, noNaN: true }).map((exponent) => 10 ** exponent) },
);
const values = fc.array(value, { minLength: 1, maxLength: 500 });

function sketchOf(numbers: readonly number[], relativeError = 0.01): QuantileSketch {
  const sketch = new QuantileSketch(relativeError);
  for (const number of numbers) sketch.add(number);
  return sketch;
}

describe('QuantileSketch', () => {
  it('is within its relative error of the true order statistic', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (numbers, fraction) => {
        const sorted = [...numbers].sort((a, b) => a - b);
        const truth = sorted[Math.floor(fraction * (numbers.length - 1))];
        const found = sketchOf(numbers).quantile(fraction);
        expect(Math.abs(found - truth)).toBeLessThanOrEqual(truth * 0.0101);
      }),
      { numRuns: 500 },
    );
  });

  it('knows count, extremes and mean exactly', () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const sketch = sketchOf(numbers);
        expect(sketch.count).toBe(numbers.length);
        expect(sketch.minimum).toBe(Math.min(...numbers));
        expect(sketch.maximum).toBe(Math.max(...numbers));
        expect(sketch.quantile(1)).toBe(Math.max(...numbers));
        expect(sketch.mean).toBe(numbers.reduce((sum, number) => sum + number, 0) / numbers.length);
      }),
    );
  });

  it('merges to the sketch of everything', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const merged = sketchOf(left);
        merged.merge(sketchOf(right));
        const whole = sketchOf([...left, ...right]);
        for (const fraction of [0, 0.1, 0.5, 0.9, 0.99, 1]) {
          expect(merged.quantile(fraction)).toBe(whole.quantile(fraction));
        }
      }),
    );
  });

  it('refuses values that are not quantities', () => {
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new QuantileSketch().add(bad)).toThrow(RangeError);
    }
  });
});
