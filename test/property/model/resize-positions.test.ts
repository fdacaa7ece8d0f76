import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resizePositions } from '#shared/model/families/parts/resize-positions.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { randomTensor } from '#test/support/tiny-bert.ts';

const side = fc.integer({ min: 1, max: 12 });
const extents = fc.record({
  from: side,
  to: side,
  learnedTokens: fc.integer({ min: 0, max: 2 }),
  hidden: fc.integer({ min: 1, max: 5 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

interface Extents {
  readonly from: number;
  readonly learnedTokens: number;
  readonly hidden: number;
  readonly seed: number;
}

function randomTable({ from, learnedTokens, hidden, seed }: Extents): Tensor {
  return randomTensor([1, learnedTokens + from * from, hidden], seed, 1);
}

it('a constant grid stays constant at every size', () => {
  fc.assert(
    fc.property(extents, fc.float({ noNaN: true, min: -100, max: 100 }), (given, value) => {
      const table = randomTable(given);
      table.data.fill(value, given.learnedTokens * given.hidden);
      const { shape, data } = resizePositions({ table, learnedTokens: given.learnedTokens }, given.to);
      expect(shape).toEqual([1, given.learnedTokens + given.to ** 2, given.hidden]);
      for (const entry of data.subarray(given.learnedTokens * given.hidden)) {
        expect(Math.abs(entry - value)).toBeLessThanOrEqual(1e-6 * Math.abs(value));
      }
    }),
  );
});

it('the same size is the identity', () => {
  fc.assert(
    fc.property(extents, (given) => {
      const table = randomTable(given);
      expect(resizePositions({ table, learnedTokens: given.learnedTokens }, given.from)).toEqual(table);
    }),
  );
});

it('positions of learned tokens stay', () => {
  fc.assert(
    fc.property(extents, (given) => {
      const table = randomTable(given);
      const learned = given.learnedTokens * given.hidden;
      const { data } = resizePositions({ table, learnedTokens: given.learnedTokens }, given.to);
      expect(data.subarray(0, learned)).toEqual(table.data.subarray(0, learned));
    }),
  );
});

it('a transposed grid gives the transposed result', () => {
  fc.assert(
    fc.property(extents, (given) => {
      const { from, to, hidden } = given;
      const table = randomTable({ ...given, learnedTokens: 0 });
      const turned = resizePositions({ table: transposed(table, from, hidden), learnedTokens: 0 }, to);
      const expected = transposed(resizePositions({ table, learnedTokens: 0 }, to), to, hidden);
      for (const [index, value] of expected.data.entries()) expect(turned.data[index]).toBeCloseTo(value, 5);
    }),
  );
});

/** [1, side^2, hidden] with rows and columns of the grid exchanged. */
function transposed({ shape, data }: Tensor, side: number, hidden: number): Tensor {
  const result = new Float32Array(data.length);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = (y * side + x) * hidden;
      result.set(data.subarray(from, from + hidden), (x * side + y) * hidden);
    }
  }
  return { shape, data: result };
}
