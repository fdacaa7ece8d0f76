import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ascendingOrder } from '#shared/scheduling/ascending-order.ts';

const key = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, 1e-300),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

test('an ascending order is a stable sort by value', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
      const indices = keys.map((_, index) => index);
      const byKey = (left: number, right: number) =>
        keys[left] < keys[right] ? -1 : keys[left] > keys[right] ? 1 : 0;
      expect([...ascendingOrder(Float64Array.from(keys))]).toEqual(indices.toSorted(byKey));
      const reversed = indices.toReversed();
      expect([...ascendingOrder(Float64Array.from(keys), Uint32Array.from(reversed))]).toEqual(
        reversed.toSorted(byKey),
      );
    }),
  );
});
