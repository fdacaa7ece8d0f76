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

/** A dense row-major tensor of signed bytes: values that travel with a scale of their own. */
export interface Int8Tensor {
  readonly shape: readonly number[];
  readonly data: Int8Array;
}

/** What a safetensors file holds once read: float types as 32-bit floats, I32 and I64 as 32-bit integers, U8 and I8 as bytes. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array | Int8Array;
}

/** What can be written: the same, and halves by their bits, which are read back as 32-bit floats. */
export interface WritableTensor {
  readonly shape: readonly number[];
  readonly data: StoredTensor['data'] | Uint16Array;
}

/** A tensor of any type as it lies in a file: what is passed on without being read. */
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

/** The float tensor of this name. Throws a {@link ModelError} when it is absent or holds integers. */
export function floatTensor(tensors: StoredTensors, name: string, subject: string): Tensor {
  return requireFloats(find(tensors, name, subject), name, subject);
}

/** A stored tensor as floats. Throws a {@link ModelError} naming it when it holds integers. */
export function requireFloats(value: StoredTensor, name: string, subject: string): Tensor {
  if (isFloat(value)) return value;
  throw new ModelError(`tensor ${name} holds integers, expected floats.`, { subject });
}

/** The integer tensor of this name. Throws a {@link ModelError} when it is absent or holds floats. */
export function int32Tensor(tensors: StoredTensors, name: string, subject: string): Int32Tensor {
  const { shape, data } = find(tensors, name, subject);
  if (data instanceof Int32Array) return { shape, data };
  throw new ModelError(`tensor ${name} does not hold 32-bit integers.`, { subject });
}

/** The byte tensor of this name. Throws a {@link ModelError} when it is absent or holds anything else. */
export function uint8Tensor(tensors: StoredTensors, name: string, subject: string): Uint8Tensor {
  const { shape, data } = find(tensors, name, subject);
  if (data instanceof Uint8Array) return { shape, data };
  throw new ModelError(`tensor ${name} does not hold bytes.`, { subject });
}

/** The tensor of signed bytes of this name. Throws a {@link ModelError} when it is absent or holds anything else. */
export function int8Tensor(tensors: StoredTensors, name: string, subject: string): Int8Tensor {
  const { shape, data } = find(tensors, name, subject);
  if (data instanceof Int8Array) return { shape, data };
  throw new ModelError(`tensor ${name} does not hold signed bytes.`, { subject });
}

/** All of them as float tensors. Throws a {@link ModelError} that names the first one holding integers. */
export function floatTensors(tensors: StoredTensors, subject: string): NamedTensors {
  return new Map([...tensors.keys()].map((name) => [name, floatTensor(tensors, name, subject)]));
}
