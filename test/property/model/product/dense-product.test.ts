import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DenseProduct } from '#shared/model/product/dense-product.ts';
import { randomTensor } from '#test/support/tiny-bert.ts';

/** Rows are handled 64 at a time, and columns and widths in blocks of four. */
const problems = fc
  .record({
    count: fc.integer({ min: 0, max: 140 }),
    columns: fc.integer({ min: 1, max: 23 }),
    width: fc.integer({ min: 1, max: 37 }),
    seed: fc.integer({ min: 1, max: 1000 }),
  })
  .map(({ count, columns, width, seed }) => ({
    columns,
    width,
    rows: randomTensor([count, width], seed).data,
    matrix: randomTensor([columns, width], seed + 1),
  }));

describe('products of rows with the matrix of a dense layer', () => {
  it('are those of double precision', () => {
    fc.assert(
      fc.property(problems, ({ columns, width, rows, matrix }) => {
        const products = new DenseProduct(matrix, [columns, width]).of(rows);
        expect(products).toHaveLength((rows.length / width) * columns);
        for (const [index, product] of products.entries()) {
          const [row, column] = [Math.floor(index / columns), index % columns];
          let [sum, magnitude] = [0, 0];
          for (let i = 0; i < width; i++) {
            const term = rows[row * width + i] * matrix.data[column * width + i];
            sum += term;
            magnitude += Math.abs(term);
          }
          expect(Math.abs(product - sum)).toBeLessThanOrEqual(1e-6 * magnitude);
        }
      }),
    );
  });

  it('have the same bits whatever rows are given with a row, and whatever was computed before', () => {
    fc.assert(
      fc.property(problems, ({ columns, width, rows, matrix }) => {
        const product = new DenseProduct(matrix, [columns, width]);
        const together = product.of(rows);
        for (let row = 0; row * width < rows.length; row++) {
          const alone = product.of(rows.subarray(row * width, (row + 1) * width));
          expect(alone).toEqual(together.subarray(row * columns, (row + 1) * columns));
        }
      }),
      { numRuns: 30 },
    );
  });
});

it('a matrix of another shape is refused', () => {
  expect(() => new DenseProduct(randomTensor([3, 5], 1), [5, 3])).toThrow(
    'has shape [3, 5], expected [5, 3]',
  );
});
