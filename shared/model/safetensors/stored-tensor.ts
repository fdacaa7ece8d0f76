import { ModelError } from '#shared/errors.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';

/** A dense row-major tensor of 32-bit integers: sequence lengths, token ids. */
export interface Int32Tensor {
  readonly shape: readonly number[];
  readonly data: Int32Array;
}

/** A dense row-major tensor of bytes: pixels. */
export interface Uint8Tensor {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** A dense row-major tensor of signed bytes: quantised values whose scale is stored separately. */
export interface Int8Tensor {
  readonly shape: readonly number[];
  readonly data: Int8Array;
}

/**
 * A decoded tensor of a safetensors file: float types as 32-bit floats, I32 and I64 as 32-bit integers, U8
 * and I8 as bytes.
 */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array | Int8Array;
}

/**
 * A tensor that can be written: a {@link StoredTensor}, or halves given by their bits, which are read back as
 * 32-bit floats.
 */
export interface WritableTensor {
  readonly shape: readonly number[];
  readonly data: StoredTensor['data'] | Uint16Array;
}

/** An undecoded tensor of any type, to copy it from file to file. */
export interface RawTensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Stored tensors by name; insertion order is the order on disk. */
export type StoredTensors = ReadonlyMap<string, StoredTensor>;

export interface SafetensorsFile {
  readonly tensors: StoredTensors;
  readonly metadata: Readonly<Record<string, string>>;
}

function isFloat(value: StoredTensor): value is Tensor {
  return value.data instanceof Float32Array;
}

function find(tensors: StoredTensors, name: string, subject: string): StoredTensor {
  const value = tensors.get(name);
  if (value === undefined) {
    throw new ModelError(`holds no tensor ${name}.`, { subject, remedy: 'Write the file again.' });
  }
  return value;
}

/**
 * Returns the float tensor of this name. Throws a {@link ModelError} when it is missing or does not hold
 * floats.
 */
export function floatTensor(tensors: StoredTensors, name: string, subject: string): Tensor {
  return requireFloats(find(tensors, name, subject), name, subject);
}

/**
 * Returns a stored tensor as a float tensor. Throws a {@link ModelError} with its name when it does not hold
 * floats.
 */
export function requireFloats(value: StoredTensor, name: string, subject: string): Tensor {
  if (isFloat(value)) return value;
  throw new ModelError(`tensor ${name} holds integers, expected floats.`, { subject });
}

/**
 * Returns the int32 tensor of this name. Throws a {@link ModelError} when it is missing or of another type.
 */
export function int32Tensor(tensors: StoredTensors, name: string, subject: string): Int32Tensor {
  const { shape, data } = find(tensors, name, subject);
  if (data instanceof Int32Array) return { shape, data };
  throw new ModelError(`tensor ${name} does not hold 32-bit integers.`, { subject });
}

/**
 * Returns the uint8 tensor of this name. Throws a {@link ModelError} when it is missing or of another type.
 */
export function uint8Tensor(tensors: StoredTensors, name: string, subject: string): Uint8Tensor {
  const { shape, data } = find(tensors, name, subject);
  if (data instanceof Uint8Array) return { shape, data };
  throw new ModelError(`tensor ${name} does not hold bytes.`, { subject });
}

/**
 * Returns the int8 tensor of this name. Throws a {@link ModelError} when it is missing or of another type.
 */
export function int8Tensor(tensors: StoredTensors, name: string, subject: string): Int8Tensor {
  const { shape, data } = find(tensors, name, subject);
  if (data instanceof Int8Array) return { shape, data };
  throw new ModelError(`tensor ${name} does not hold signed bytes.`, { subject });
}

/**
 * Returns all tensors as float tensors. Throws a {@link ModelError} with the name of the first one that does
 * not hold floats.
 */
export function floatTensors(tensors: StoredTensors, subject: string): NamedTensors {
  return new Map([...tensors.keys()].map((name) => [name, floatTensor(tensors, name, subject)]));
}
