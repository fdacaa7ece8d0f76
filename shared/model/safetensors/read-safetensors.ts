import { ModelError } from '#shared/errors.ts';
import { float32FromBfloat16, float32FromFloat16 } from './half-precision.ts';
import {
  BYTES_PER_VALUE,
  readHeader,
  requireStoredType,
  type StoredType,
  type TensorEntry,
} from './header.ts';
import type { RawTensor, SafetensorsFile, StoredTensor } from './stored-tensor.ts';

/**
 * A tensor's bytes as a view of the file. They are copied when their offset is not a multiple of the value
 * width, which typed arrays require.
 */
function alignedBytes(bytes: Uint8Array, begin: number, end: number, width: number): Uint8Array {
  const view = bytes.subarray(begin, end);
  // Not `slice`: on a Buffer of Node it shares the memory and does not copy.
  return view.byteOffset % width === 0 ? view : new Uint8Array(view);
}

function int32FromInt64(values: BigInt64Array, name: string, subject: string): Int32Array {
  return Int32Array.from(values, (value) => {
    if (BigInt.asIntN(32, value) !== value) {
      throw new ModelError(`tensor ${name} holds ${value}, which does not fit 32 bits.`, { subject });
    }
    return Number(value);
  });
}

function decode(type: StoredType, bytes: Uint8Array, name: string, subject: string): StoredTensor['data'] {
  const { buffer, byteOffset } = bytes;
  const length = bytes.byteLength / BYTES_PER_VALUE[type];
  switch (type) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, length);
    case 'F16':
      return float32FromFloat16(new Uint16Array(buffer, byteOffset, length));
    case 'BF16':
      return float32FromBfloat16(new Uint16Array(buffer, byteOffset, length));
    case 'I32':
      return new Int32Array(buffer, byteOffset, length);
    case 'I64':
      return int32FromInt64(new BigInt64Array(buffer, byteOffset, length), name, subject);
    case 'U8':
      return new Uint8Array(buffer, byteOffset, length);
    case 'I8':
      return new Int8Array(buffer, byteOffset, length);
  }
}

/** An open safetensors file with a checked header. Tensors are decoded on demand. */
export interface OpenSafetensors {
  /** Names of all tensors, in the order of their data. */
  readonly names: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Decodes a tensor. Throws a {@link ModelError} with the tensor's name when it is missing or its type is
   * not supported.
   */
  read(name: string): StoredTensor;
  /**
   * Undecoded bytes of a tensor of any type. Throws a {@link ModelError} with the name of a missing tensor.
   */
  raw(name: string): RawTensor;
}

/**
 * Opens a safetensors file with strict checks. F32, F16 and BF16 become 32-bit floats (subnormal halves
 * exactly), I32 and I64 become 32-bit integers, U8 and I8 become bytes. Works on little-endian hosts only;
 * the format is little-endian too.
 *
 * @param bytes The whole file. The tensors may share its memory, so it must not be changed afterwards.
 * @param subject Name of the file in errors: a path, an object key.
 * @throws {@link ModelError} for a truncated or overlong file, a malformed or too long header, overlaps,
 *   gaps, and sizes that do not fit shapes.
 */
export function openSafetensors(bytes: Uint8Array, subject: string): OpenSafetensors {
  const { entries, metadata, dataStart } = readHeader(bytes, subject);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const find = (name: string): TensorEntry => {
    const entry = byName.get(name);
    if (entry !== undefined) return entry;
    throw new ModelError(`holds no tensor ${name}.`, { subject, remedy: 'Write the file again.' });
  };
  return {
    names: [...byName.keys()],
    metadata,
    read(name) {
      const entry = find(name);
      const type = requireStoredType(entry, subject);
      const { shape, begin, end } = entry;
      const data = alignedBytes(bytes, dataStart + begin, dataStart + end, BYTES_PER_VALUE[type]);
      return { shape, data: decode(type, data, name, subject) };
    },
    raw(name) {
      const { type, shape, begin, end } = find(name);
      return { type, shape, bytes: bytes.subarray(dataStart + begin, dataStart + end) };
    },
  };
}

/**
 * Reads all tensors of a safetensors file, see {@link openSafetensors}. Every tensor must have a supported
 * type.
 */
export function readSafetensors(bytes: Uint8Array, subject: string): SafetensorsFile {
  const { names, metadata, read } = openSafetensors(bytes, subject);
  return { tensors: new Map(names.map((name): [string, StoredTensor] => [name, read(name)])), metadata };
}
