import { requireShape, type Tensor } from '#shared/model/tensor.ts';
import {
  BLOCK_COLUMNS,
  BLOCK_ROWS,
  FLOAT_BYTES,
  PAGE_BYTES,
  type ProductKernel,
  productKernel,
  wholeBlocks,
} from './product-kernel.ts';

/** Values of a vector: rows in the kernel's memory are multiples of it. */
const VECTOR = 4;

/** Rows in the kernel's memory at a time: of 768 values each, they fit a second-level cache. */
const CHUNK_ROWS = 64;

/**
 * Products of rows with the matrix of a dense layer, W [columns, width], which is copied into the kernel's
 * memory once. The bits of a row's results depend on the row and the matrix alone.
 */
export class DenseProduct {
  readonly columns: number;
  readonly width: number;
  readonly #kernel: ProductKernel = productKernel();
  /** Columns and values per row in the kernel's memory, in whole blocks; the additional ones are 0. */
  readonly #blockColumns: number;
  readonly #stride: number;
  /** Addresses of the rows and of their products; the matrix is at 0. */
  readonly #rowsAt: number;
  readonly #productsAt: number;

  /** @throws ModelError when the matrix does not have this shape */
  constructor(matrix: Tensor, shape: readonly [columns: number, width: number]) {
    const { data } = requireShape('matrix of a dense layer', matrix, shape);
    [this.columns, this.width] = shape;
    this.#blockColumns = wholeBlocks(this.columns, BLOCK_COLUMNS);
    this.#stride = wholeBlocks(this.width, VECTOR);
    this.#rowsAt = FLOAT_BYTES * this.#blockColumns * this.#stride;
    this.#productsAt = this.#rowsAt + FLOAT_BYTES * CHUNK_ROWS * this.#stride;
    const end = this.#productsAt + FLOAT_BYTES * CHUNK_ROWS * this.#blockColumns;
    this.#kernel.memory.grow(Math.ceil(end / PAGE_BYTES));
    this.#copy(data, 0);
  }

  /**
   * rows W^T.
   *
   * @param rows [count, width]
   * @returns [count, columns]
   */
  of(rows: Float32Array): Float32Array {
    const { columns, width } = this;
    const count = rows.length / width;
    const result = new Float32Array(count * columns);
    for (let begin = 0; begin < count; begin += CHUNK_ROWS) {
      const chunk = rows.subarray(begin * width, (begin + CHUNK_ROWS) * width);
      this.#copy(chunk, this.#rowsAt);
      const size = chunk.length / width;
      this.#kernel.rowsByRows(
        this.#rowsAt,
        0,
        this.#productsAt,
        wholeBlocks(size, BLOCK_ROWS),
        this.#blockColumns,
        this.#stride,
      );
      const products = this.#floats(this.#productsAt);
      for (let row = 0; row < size; row++) {
        const from = row * this.#blockColumns;
        result.set(products.subarray(from, from + columns), (begin + row) * columns);
      }
    }
    return result;
  }

  /** Copies rows of `width` values to an address. */
  #copy(rows: Float32Array, address: number): void {
    const target = this.#floats(address);
    const { width } = this;
    for (let row = 0; row * width < rows.length; row++) {
      target.set(rows.subarray(row * width, (row + 1) * width), row * this.#stride);
    }
  }

  #floats(address: number): Float32Array {
    return new Float32Array(this.#kernel.memory.buffer, address);
  }
}
