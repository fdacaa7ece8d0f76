import { ModelError } from '../../errors.ts';
import { float32FromBfloat16, float32FromFloat16 } from './half-precision.ts';
import { readHeader, type StoredType } from './header.ts';
import type { SafetensorsFile, StoredTensor } from './stored-tensor.ts';

/** A fresh, aligned copy: typed arrays over the file's own bytes would need its tensors at multiples of their width. */
function copy(bytes: Uint8Array, begin: number, end: number): ArrayBuffer {
  const buffer = new ArrayBuffer(end - begin);
  new Uint8Array(buffer).set(bytes.subarray(begin, end));
  return buffer;
}

function int32FromInt64(values: BigInt64Array, name: string, subject: string): Int32Array {
  return Int32Array.from(values, (value) => {
    if (BigInt.asIntN(32, value) !== value) {
      throw new ModelError(`tensor ${name} holds ${value}, which does not fit 32 bits.`, { subject });
    }
    return Number(value);
  });
}

function decode(type: StoredType, buffer: ArrayBuffer, name: string, subject: string): StoredTensor['data'] {
  switch (type) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return float32FromFloat16(new Uint16Array(buffer));
    case 'BF16':
      return float32FromBfloat16(new Uint16Array(buffer));
    case 'I32':
      return new Int32Array(buffer);
    case 'I64':
      return int32FromInt64(new BigInt64Array(buffer), name, subject);
    case 'U8':
      return new Uint8Array(buffer);
    case 'I8':
      return new Int8Array(buffer);
  }
}

/**
 * Reads a safetensors file strictly: F32, F16 and BF16 become 32-bit floats (subnormal halves exactly), I32 and I64
 * 32-bit integers, U8 and I8 bytes; tensors come in the order of their data. Little-endian hosts only, as is the format.
 *
 * @param bytes The whole file.
 * @param subject What to call it in errors: a path, an object key.
 * @throws {@link ModelError} for a truncated or overlong file, a huge or malformed header, overlaps, gaps, sizes
 *   that do not fit shapes, and types other than these.
 */
export function readSafetensors(bytes: Uint8Array, subject: string): SafetensorsFile {
  const { entries, metadata, dataStart } = readHeader(bytes, subject);
  const tensors = entries.map(({ name, type, shape, begin, end }): [string, StoredTensor] => [
    name,
    { shape, data: decode(type, copy(bytes, dataStart + begin, dataStart + end), name, subject) },
  ]);
  return { tensors: new Map(tensors), metadata };
}
