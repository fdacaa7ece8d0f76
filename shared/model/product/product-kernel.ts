import {
  add,
  addFloats,
  advance,
  type Code,
  constant,
  get,
  isLess,
  load,
  loadSplat,
  multiply,
  multiplyFloats,
  repeat,
  set,
  store,
  storeSum,
  type WasmFunction,
  wasmModule,
  zeros,
} from './wasm-code.ts';

/** Rows of the result in a block of every product. */
export const BLOCK_ROWS = 2;
/** Columns of the result in a block of {@link ProductKernel.rowsByRows}. */
export const BLOCK_COLUMNS = 4;
/** Columns of the result in a block of the other products. */
export const BLOCK_WIDTH = 16;

/** Bytes of a value, and of a page of a kernel's memory. */
export const FLOAT_BYTES = 4;
export const PAGE_BYTES = 65_536;

/** The smallest multiple of a block that is at least this count. */
export function wholeBlocks(count: number, block: number): number {
  return Math.ceil(count / block) * block;
}

/**
 * Products of single-precision matrices in one memory. Addresses are in bytes, all matrices are row-major
 * without gaps. Each value of a result is a sum in a fixed order that depends on its own row and column
 * alone, so it has the same bits whatever else is computed in the call, and on every machine: WebAssembly
 * rounds each multiplication and addition as IEEE 754 says.
 */
export interface ProductKernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /**
   * out = x w^T: x [rows, width], w [columns, width], out [rows, columns]. Rows are a multiple of
   * {@link BLOCK_ROWS}, columns of {@link BLOCK_COLUMNS}, width of 4.
   */
  rowsByRows(x: number, w: number, out: number, rows: number, columns: number, width: number): void;
  /**
   * out = p w: p [rows, count], w [count, width], out [rows, width]. Rows are a multiple of
   * {@link BLOCK_ROWS}, width of {@link BLOCK_WIDTH}.
   */
  rowsByColumns(p: number, w: number, out: number, rows: number, count: number, width: number): void;
  /**
   * out += p^T w: p [count, rows], w [count, width], out [rows, width]. Rows are a multiple of
   * {@link BLOCK_ROWS}, width of {@link BLOCK_WIDTH}. The terms are added to `out` in their order.
   */
  addColumnsByColumns(p: number, w: number, out: number, rows: number, count: number, width: number): void;
}

/** The part of WebAssembly's interface that is used; ECMAScript's types do not have it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: ProductKernel };
};

/** Makes a kernel with a memory of its own. */
export function productKernel(): ProductKernel {
  return new WebAssembly.Instance(
    new WebAssembly.Module(wasmModule([ROWS_BY_ROWS, ROWS_BY_COLUMNS, ADD_COLUMNS_BY_COLUMNS])),
  ).exports;
}

const VECTOR_BYTES = 16;

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const times4 = (value: Code): Code => multiply(value, constant(FLOAT_BYTES));

/** Parameters of all functions. */
const [LEFT, RIGHT, OUT, ROWS, COUNT, WIDTH] = [0, 1, 2, 3, 4, 5].map(get);

/**
 * Computes blocks of 2 x 4 results. Each result has four partial sums, of the terms 0, 4, 8, ..., the terms
 * 1, 5, 9, ... and so on, which are added at the end.
 */
const ROWS_BY_ROWS: WasmFunction = (() => {
  const [x, w, out, xEnd, wEnd, at, atEnd, bytes, outBytes] = range(9).map((index) => 6 + index);
  const wAt = range(BLOCK_COLUMNS).map((index) => 15 + index);
  const [xNext, outColumn] = [19, 20];
  const firstVector = 21;
  const sum = (row: number, column: number): number => firstVector + row * BLOCK_COLUMNS + column;
  const xValue = (row: number): number => firstVector + BLOCK_ROWS * BLOCK_COLUMNS + row;
  const wValue = firstVector + BLOCK_ROWS * BLOCK_COLUMNS + BLOCK_ROWS;
  const columns = range(BLOCK_COLUMNS);
  const rows = range(BLOCK_ROWS);
  const step: readonly Code[] = [
    set(xValue(0), load(get(at))),
    set(xValue(1), load(get(xNext))),
    ...columns.flatMap((column) => [
      set(wValue, load(get(wAt[column]))),
      ...rows.map((row) =>
        set(
          sum(row, column),
          addFloats(get(sum(row, column)), multiplyFloats(get(xValue(row)), get(wValue))),
        ),
      ),
    ]),
    ...[at, xNext, ...wAt].map((address) => advance(address, constant(VECTOR_BYTES))),
  ];
  const block: readonly Code[] = [
    ...rows.flatMap((row) => columns.map((column) => set(sum(row, column), zeros))),
    set(at, get(x)),
    set(atEnd, add(get(x), get(bytes))),
    set(xNext, get(atEnd)),
    set(wAt[0], get(w)),
    ...columns.slice(1).map((column) => set(wAt[column], add(get(wAt[column - 1]), get(bytes)))),
    repeat(step, isLess(get(at), get(atEnd))),
    ...columns.flatMap((column) => [
      storeSum(get(out), column * FLOAT_BYTES, get(sum(0, column))),
      storeSum(add(get(out), get(outBytes)), column * FLOAT_BYTES, get(sum(1, column))),
    ]),
    advance(x, multiply(get(bytes), constant(BLOCK_ROWS))),
    advance(out, multiply(get(outBytes), constant(BLOCK_ROWS))),
  ];
  return {
    name: 'rowsByRows',
    parameters: 6,
    integers: 15,
    vectors: BLOCK_ROWS * BLOCK_COLUMNS + BLOCK_ROWS + 1,
    body: [
      set(bytes, times4(WIDTH)),
      set(outBytes, times4(COUNT)),
      set(w, RIGHT),
      set(outColumn, OUT),
      set(xEnd, add(LEFT, multiply(ROWS, get(bytes)))),
      set(wEnd, add(RIGHT, multiply(COUNT, get(bytes)))),
      // The four rows of w stay in the first-level cache while the inner loop reads all rows of x.
      repeat(
        [
          set(x, LEFT),
          set(out, get(outColumn)),
          repeat(block, isLess(get(x), get(xEnd))),
          advance(outColumn, constant(BLOCK_COLUMNS * FLOAT_BYTES)),
          advance(w, multiply(get(bytes), constant(BLOCK_COLUMNS))),
        ],
        isLess(get(w), get(wEnd)),
      ),
    ],
  };
})();

/** A product whose right operand is [count, width] and whose result is [rows, width]. */
interface ColumnsProduct {
  readonly name: string;
  /** Bytes from a term of the left operand's row to the next one, and to the same term of the next row. */
  readonly termBytes: Code;
  readonly rowBytes: Code;
  /** Value with which the sum of four results at an address begins. */
  readonly start: (address: Code, offset: number) => Code;
}

/** Computes blocks of 2 x 16 results. The terms of each result are added in their order. */
function columnsProduct({ name, termBytes, rowBytes, start }: ColumnsProduct): WasmFunction {
  const [p, w, out, pEnd, wEnd, at, pNext, wAt, atEnd, bytes, pRow, pTerm, outAt, outColumn] = range(14).map(
    (index) => 6 + index,
  );
  const firstVector = 20;
  const vectors = range(BLOCK_WIDTH / FLOAT_BYTES);
  const rows = range(BLOCK_ROWS);
  const sum = (row: number, column: number): number => firstVector + row * vectors.length + column;
  const pValue = (row: number): number => firstVector + BLOCK_ROWS * vectors.length + row;
  const wValue = firstVector + BLOCK_ROWS * vectors.length + BLOCK_ROWS;
  const step: readonly Code[] = [
    set(pValue(0), loadSplat(get(at))),
    set(pValue(1), loadSplat(get(pNext))),
    ...vectors.flatMap((column) => [
      set(wValue, load(get(wAt), column * VECTOR_BYTES)),
      ...rows.map((row) =>
        set(
          sum(row, column),
          addFloats(get(sum(row, column)), multiplyFloats(get(pValue(row)), get(wValue))),
        ),
      ),
    ]),
    advance(at, get(pTerm)),
    advance(pNext, get(pTerm)),
    advance(wAt, get(bytes)),
  ];
  const block: readonly Code[] = [
    set(outAt, add(get(out), get(bytes))),
    ...vectors.flatMap((column) => [
      set(sum(0, column), start(get(out), column * VECTOR_BYTES)),
      set(sum(1, column), start(get(outAt), column * VECTOR_BYTES)),
    ]),
    set(at, get(p)),
    set(atEnd, add(get(p), multiply(COUNT, get(pTerm)))),
    set(pNext, add(get(p), get(pRow))),
    set(wAt, get(w)),
    repeat(step, isLess(get(at), get(atEnd))),
    ...vectors.flatMap((column) => [
      store(get(out), column * VECTOR_BYTES, get(sum(0, column))),
      store(get(outAt), column * VECTOR_BYTES, get(sum(1, column))),
    ]),
    advance(p, multiply(get(pRow), constant(BLOCK_ROWS))),
    advance(out, multiply(get(bytes), constant(BLOCK_ROWS))),
  ];
  return {
    name,
    parameters: 6,
    integers: 14,
    vectors: BLOCK_ROWS * vectors.length + BLOCK_ROWS + 1,
    body: [
      set(bytes, times4(WIDTH)),
      set(pRow, rowBytes),
      set(pTerm, termBytes),
      set(w, RIGHT),
      set(outColumn, OUT),
      set(pEnd, add(LEFT, multiply(ROWS, get(pRow)))),
      set(wEnd, add(RIGHT, get(bytes))),
      repeat(
        [
          set(p, LEFT),
          set(out, get(outColumn)),
          repeat(block, isLess(get(p), get(pEnd))),
          advance(outColumn, constant(BLOCK_WIDTH * FLOAT_BYTES)),
          advance(w, constant(BLOCK_WIDTH * FLOAT_BYTES)),
        ],
        isLess(get(w), get(wEnd)),
      ),
    ],
  };
}

const ROWS_BY_COLUMNS = columnsProduct({
  name: 'rowsByColumns',
  termBytes: constant(FLOAT_BYTES),
  rowBytes: times4(COUNT),
  start: () => zeros,
});

const ADD_COLUMNS_BY_COLUMNS = columnsProduct({
  name: 'addColumnsByColumns',
  termBytes: times4(ROWS),
  rowBytes: constant(FLOAT_BYTES),
  start: load,
});
