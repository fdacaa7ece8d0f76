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
 * A tensor's bytes as they lie in the file, or a copy of them where they do not lie at a multiple of their values' width, as
 * typed arrays need it.
 */
function alignedBytes(bytes: Uint8Array, begin: number, end: number, width: number): Uint8Array {
  const view = bytes.subarray(begin, end);
  // Not `slice`, which on a Buffer of Node's would share its memory.
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

/** A safetensors file whose header was checked; tensors are decoded as they are asked for. */
export interface OpenSafetensors {
  /** Names of all tensors, in the order of their data. */
  readonly names: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Throws a {@link ModelError} naming a tensor that the file lacks or whose type is not read. */
  read(name: string): StoredTensor;
  /** A tensor of any type, as its bytes. Throws a {@link ModelError} naming one that the file lacks. */
  raw(name: string): RawTensor;
}

/**
 * Opens a safetensors file strictly: F32, F16 and BF16 become 32-bit floats (subnormal halves exactly), I32 and I64
 * 32-bit integers, U8 and I8 bytes. Little-endian hosts only, as is the format.
 *
 * @param bytes The whole file. The tensors may share its memory: nobody is to change it afterwards.
 * @param subject What to call it in errors: a path, an object key.
 * @throws {@link ModelError} for a truncated or overlong file, a huge or malformed header, overlaps, gaps, and sizes
 *   that do not fit shapes.
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

/** Reads all of a safetensors file, see {@link openSafetensors}; every tensor must be of a type that is read. */
export function readSafetensors(bytes: Uint8Array, subject: string): SafetensorsFile {
  const { names, metadata, read } = openSafetensors(bytes, subject);
  return { tensors: new Map(names.map((name): [string, StoredTensor] => [name, read(name)])), metadata };
}
