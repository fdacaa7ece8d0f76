/**
 * Parts of WebAssembly's binary format: instructions as bytes, and modules of functions over one memory. Only
 * what the products of product-kernel.ts need; https://webassembly.github.io/spec/core/binary/ has the codes.
 */
export type Code = readonly number[];

/** Types of values by their codes. */
export const I32 = 0x7f;
export const V128 = 0x7b;

/** Unsigned number in groups of 7 bits, lowest first. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const isLast = value >= -64 && value < 64;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

const vector = (operation: number): Code => [0xfd, ...unsigned(operation)];
/** Alignment 4 bytes, as a power of two, and the offset that is added to the address. */
const place = (offset: number): Code => [2, ...unsigned(offset)];

export const constant = (value: number): Code => [0x41, ...signed(value)];
export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const add = (left: Code, right: Code): Code => [...left, ...right, 0x6a];
export const multiply = (left: Code, right: Code): Code => [...left, ...right, 0x6c];
export const isLess = (left: Code, right: Code): Code => [...left, ...right, 0x49];

/** Adds to a local. */
export const advance = (local: number, by: Code): Code => set(local, add(get(local), by));

/** Runs the body, and again as long as the condition holds. */
export const repeat = (body: readonly Code[], condition: Code): Code => [
  0x03,
  0x40,
  ...body.flat(),
  ...condition,
  0x0d,
  0,
  0x0b,
];

/** Four floats from an address. */
export const load = (address: Code, offset = 0): Code => [...address, ...vector(0), ...place(offset)];
/** One float, four times. */
export const loadSplat = (address: Code, offset = 0): Code => [...address, ...vector(9), ...place(offset)];
export const store = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  ...vector(11),
  ...place(offset),
];
export const zeros: Code = [...vector(12), ...Array.from({ length: 16 }, () => 0)];
export const addFloats = (left: Code, right: Code): Code => [...left, ...right, ...vector(0xe4)];
export const multiplyFloats = (left: Code, right: Code): Code => [...left, ...right, ...vector(0xe6)];

const lane = (value: Code, index: number): Code => [...value, ...vector(0x1f), index];
const addFloat = (left: Code, right: Code): Code => [...left, ...right, 0x92];

/** Stores (a + b) + (c + d) of the four floats of a value. */
export const storeSum = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...addFloat(addFloat(lane(value, 0), lane(value, 1)), addFloat(lane(value, 2), lane(value, 3))),
  0x38,
  ...place(offset),
];

/** A function without a result. Its locals are the parameters, then integers, then vectors. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly integers: number;
  readonly vectors: number;
  readonly body: readonly Code[];
}

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const text = (value: string): Code => {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
};

/** Bytes of a module that exports `memory`, of one page to begin with, and the functions. */
export function wasmModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...list(Array.from({ length: parameters }, () => [I32])),
    ...list([]),
  ]);
  const exported = [
    [...text('memory'), 2, 0],
    ...functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]),
  ];
  const bodies = functions.map(({ integers, vectors, body }) => {
    const locals = list([
      [...unsigned(integers), I32],
      [...unsigned(vectors), V128],
    ]);
    const code = [...locals, ...body.flat(), 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(3, list(functions.map((_, index) => unsigned(index)))),
    ...section(5, list([[0, 1]])),
    ...section(7, list(exported)),
    ...section(10, list(bodies)),
  ]);
}
