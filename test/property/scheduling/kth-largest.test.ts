import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kthLargest } from '#shared/scheduling/context/kth-largest.ts';

const score = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

test('the k-th largest value is the one at that place of a sorted list, and the list is left as it is', () => {
  fc.assert(
    fc.property(fc.array(score, { minLength: 1, maxLength: 1500 }), fc.nat(), (values, draw) => {
      const size = 1 + (draw % values.length);
      const before = values.slice();
      const sorted = Float64Array.from(values).sort();
      expect(kthLargest(values, size) + 0).toBe(sorted[values.length - size] + 0);
      expect(values).toEqual(before);
    }),
  );
});
