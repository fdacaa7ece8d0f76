import {
  BLOCK_COLUMNS,
  BLOCK_ROWS,
  BLOCK_WIDTH,
  FLOAT_BYTES,
  PAGE_BYTES,
  type ProductKernel,
  productKernel,
  wholeBlocks,
} from '#shared/model/product/product-kernel.ts';
import { requireShape, type Tensor } from '#shared/model/tensor.ts';

/** Rows of the matrix that are copied into the kernel's memory at a time. */
const TILE = 128;
/** Bytes of logits that are in memory at a time. */
const CHUNK_BYTES = 32 * 1024 * 1024;
const MOST_CHUNK_ROWS = 64;

/**
 * Products of a few rows with the matrix from hidden states to the vocabulary, W [vocabulary, width]. The
 * matrix stays where it is: the kernel gets it tile by tile, so its own memory is a few megabytes.
 *
 * The bits of a row's results depend on the row and the matrix alone.
 */
export class VocabularyProduct {
  /** Most rows of one call. */
  readonly chunkRows: number;
  readonly vocabulary: number;
  readonly width: number;
  readonly #matrix: Float32Array;
  readonly #kernel: ProductKernel;
  /**
   * Values per row in the kernel's memory: `width` rounded up to whole blocks. The values after a row's own
   * are 0.
   */
  readonly #stride: number;
  /** Addresses of the rows, of the tile, and of the products with a tile. */
  readonly #at: { readonly rows: number; readonly tile: number; readonly products: number };

  constructor({ shape: [vocabulary, width], data }: Tensor, shared?: ProductKernel) {
    this.vocabulary = vocabulary;
    this.width = width;
    this.#matrix = data;
    const fitting = Math.floor(CHUNK_BYTES / (FLOAT_BYTES * vocabulary));
    this.chunkRows = BLOCK_ROWS * Math.max(1, Math.floor(Math.min(fitting, MOST_CHUNK_ROWS) / BLOCK_ROWS));
    this.#stride = wholeBlocks(width, BLOCK_WIDTH);
    const rowBytes = FLOAT_BYTES * this.#stride;
    const tile = this.chunkRows * rowBytes;
    const products = tile + TILE * rowBytes;
    this.#at = { rows: 0, tile, products };
    const end = products + FLOAT_BYTES * this.chunkRows * TILE;
    this.#kernel = shared ?? productKernel();
    if (shared === undefined) this.#kernel.memory.grow(Math.ceil(end / PAGE_BYTES));
  }

  /** The products of another matrix of the same shape, in the memory of this one. Nothing is copied. */
  withMatrix(matrix: Tensor): VocabularyProduct {
    return new VocabularyProduct(
      requireShape('output matrix', matrix, [this.vocabulary, this.width]),
      this.#kernel,
    );
  }

  /**
   * rows W^T.
   *
   * @param rows [count, width], at most `chunkRows` rows.
   * @param out [count, vocabulary], overwritten.
   */
  logits(rows: Float32Array, out: Float32Array): void {
    const { rows: rowsAt, tile: tileAt, products: productsAt } = this.#at;
    const count = rows.length / this.width;
    this.#copyRows(rows, count, rowsAt);
    for (let begin = 0; begin < this.vocabulary; begin += TILE) {
      const size = this.#copyTile(begin);
      const columns = wholeBlocks(size, BLOCK_COLUMNS);
      this.#kernel.rowsByRows(rowsAt, tileAt, productsAt, evenRows(count), columns, this.#stride);
      const products = this.#floats(productsAt);
      for (let row = 0; row < count; row++) {
        out.set(products.subarray(row * columns, row * columns + size), row * this.vocabulary + begin);
      }
    }
  }

  /**
   * coefficients W, in double precision: single-precision sums over a tile of the vocabulary are added up.
   *
   * @param coefficients [count, vocabulary], at most `chunkRows` rows.
   * @param out [count, width], overwritten.
   */
  combine(coefficients: Float32Array, out: Float64Array): void {
    const { rows: sumsAt, tile: tileAt, products: coefficientsAt } = this.#at;
    const { width } = this;
    const count = coefficients.length / this.vocabulary;
    out.fill(0);
    for (let begin = 0; begin < this.vocabulary; begin += TILE) {
      const size = this.#copyTile(begin);
      const given = this.#floats(coefficientsAt);
      for (let row = 0; row < count; row++) {
        const start = row * this.vocabulary + begin;
        given.set(coefficients.subarray(start, start + size), row * size);
      }
      this.#kernel.rowsByColumns(coefficientsAt, tileAt, sumsAt, evenRows(count), size, this.#stride);
      const sums = this.#floats(sumsAt);
      for (let row = 0; row < count; row++) {
        const from = row * this.#stride;
        const to = row * width;
        for (let i = 0; i < width; i++) out[to + i] += sums[from + i];
      }
    }
    // The sums are in the memory of the rows, where `logits` needs 0 after the values of each row.
    this.#floats(sumsAt).fill(0, 0, this.chunkRows * this.#stride);
  }

  /**
   * Adds coefficients^T rows to a sum: the gradient of the matrix for the gradient at the logits of these
   * rows. Each value is a single-precision sum over the rows in their order, and continues the sum of earlier
   * calls, so its bits do not depend on the number of rows of a call.
   *
   * @param coefficients [count, vocabulary], at most `chunkRows` rows.
   * @param rows [count, width]
   * @param sum [vocabulary, width]
   */
  addMatrixGradient(coefficients: Float32Array, rows: Float32Array, sum: Float32Array): void {
    const { rows: rowsAt, tile: sumsAt, products: coefficientsAt } = this.#at;
    const { width } = this;
    const count = rows.length / width;
    this.#copyRows(rows, count, rowsAt);
    for (let begin = 0; begin < this.vocabulary; begin += TILE) {
      const size = Math.min(TILE, this.vocabulary - begin);
      const columns = evenRows(size);
      const tile = sum.subarray(begin * width, (begin + size) * width);
      this.#copyRows(tile, size, sumsAt);
      const given = this.#floats(coefficientsAt);
      for (let row = 0; row < count; row++) {
        const start = row * this.vocabulary + begin;
        given.set(coefficients.subarray(start, start + size), row * columns);
      }
      this.#kernel.addColumnsByColumns(coefficientsAt, rowsAt, sumsAt, columns, count, this.#stride);
      const sums = this.#floats(sumsAt);
      for (let row = 0; row < size; row++) {
        const from = row * this.#stride;
        tile.set(sums.subarray(from, from + width), row * width);
      }
    }
    // The other products need 0 after the values of each row of a tile.
    this.#floats(sumsAt).fill(0, 0, TILE * this.#stride);
  }

  /** Copies a tile of the matrix that begins at a row; returns the number of its rows. */
  #copyTile(begin: number): number {
    const size = Math.min(TILE, this.vocabulary - begin);
    const start = begin * this.width;
    this.#copyRows(this.#matrix.subarray(start, start + size * this.width), size, this.#at.tile);
    return size;
  }

  #copyRows(rows: Float32Array, count: number, address: number): void {
    const target = this.#floats(address);
    const { width } = this;
    if (width === this.#stride) {
      target.set(rows);
      return;
    }
    for (let row = 0; row < count; row++) {
      target.set(rows.subarray(row * width, (row + 1) * width), row * this.#stride);
    }
  }

  #floats(address: number): Float32Array {
    return new Float32Array(this.#kernel.memory.buffer, address);
  }
}

/** Number of rows in whole blocks. The result of the additional row is not read. */
function evenRows(count: number): number {
  return wholeBlocks(count, BLOCK_ROWS);
}
