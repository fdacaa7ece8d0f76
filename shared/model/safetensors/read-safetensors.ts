import { ModelError } from '#shared/errors.ts';
import { float32FromBfloat16, float32FromFloat16 } from './half-precision.ts';
import {
  BYTES_PER_VALUE,
  readHeader,
  requireStoredType,
  type StoredType,
  type TensorEntry,
} from './header.ts';
import type { SafetensorsFile, StoredTensor } from './stored-tensor.ts';

/** A tensor's bytes. They are copied where their offset is no multiple of the value width. */
function alignedBytes(bytes: Uint8Array, width: number): Uint8Array {
  // Not `slice`: on a Buffer of Node it shares the memory and does not copy.
  return bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
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

/**
 * Decodes a tensor from its bytes. F32, F16 and BF16 become 32-bit floats (subnormal halves exactly), I32 and
 * I64 become 32-bit integers, U8 and I8 become bytes. Works on little-endian hosts only; the format is
 * little-endian too.
 *
 * @param bytes The tensor's bytes. The result may share their memory.
 * @throws {@link ModelError} with the tensor's name when its type is not supported.
 */
export function decodeTensor(entry: TensorEntry, bytes: Uint8Array, subject: string): StoredTensor {
  const type = requireStoredType(entry, subject);
  const { name, shape } = entry;
  return { shape, data: decode(type, alignedBytes(bytes, BYTES_PER_VALUE[type]), name, subject) };
}

/** A safetensors file in memory, whose tensors are decoded when they are asked for. */
export interface OpenSafetensors {
  readonly names: readonly string[];
  readonly metadata: SafetensorsFile['metadata'];
  /** @throws {@link ModelError} for a tensor that the file lacks, and as {@link decodeTensor}. */
  read(name: string): StoredTensor;
}

/**
 * Checks the header of a safetensors file.
 *
 * @param bytes The whole file. The tensors may share its memory, so it must not be changed afterwards.
 * @param subject Name of the file in errors: a path, an object key.
 * @throws {@link ModelError} for a truncated or overlong file, a malformed or too long header, overlaps,
 *   gaps, and sizes that do not fit shapes.
 */
export function openSafetensors(bytes: Uint8Array, subject: string): OpenSafetensors {
  const { entries, metadata, dataStart } = readHeader(bytes, bytes.length, subject);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    names: [...byName.keys()],
    metadata,
    read(name) {
      const entry = byName.get(name);
      if (entry === undefined) {
        throw new ModelError(`holds no tensor ${name}.`, { subject, remedy: 'Write the file again.' });
      }
      return decodeTensor(entry, bytes.subarray(dataStart + entry.begin, dataStart + entry.end), subject);
    },
  };
}

/**
 * Reads all tensors of a safetensors file.
 *
 * @throws {@link ModelError} as {@link openSafetensors}, and for types that are not supported.
 */
export function readSafetensors(bytes: Uint8Array, subject: string): SafetensorsFile {
  const { names, metadata, read } = openSafetensors(bytes, subject);
  return { tensors: new Map(names.map((name): [string, StoredTensor] => [name, read(name)])), metadata };
}
