import { ModelError } from '#shared/errors.ts';
import { elementCount } from '#shared/model/tensor.ts';
import type { StoredType } from './header.ts';
import type { RawTensor, WritableTensor } from './stored-tensor.ts';

function storedType(data: WritableTensor['data']): StoredType {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Uint16Array) return 'F16';
  if (data instanceof Int32Array) return 'I32';
  return data instanceof Int8Array ? 'I8' : 'U8';
}

function asRaw(name: string, value: WritableTensor | RawTensor): RawTensor {
  if ('bytes' in value) return value;
  const { shape, data } = value;
  if (elementCount(shape) !== data.length) {
    throw new ModelError(`has shape [${shape.join(', ')}] but ${data.length} values.`, {
      subject: `tensor ${name}`,
    });
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { type: storedType(data), shape, bytes };
}

function headerEntry(name: string, { type, shape, bytes }: RawTensor, begin: number): string {
  if (name === '__metadata__') throw new ModelError('the name __metadata__ is reserved.', { subject: name });
  const entry = { dtype: type, shape, data_offsets: [begin, begin + bytes.byteLength] };
  return `${JSON.stringify(name)}:${JSON.stringify(entry)}`;
}

/**
 * The parts of a safetensors file in order: the header, and the bytes of each tensor, which share its memory.
 * See {@link writeSafetensors}.
 */
export function safetensorsParts(
  tensors: ReadonlyMap<string, WritableTensor | RawTensor>,
  metadata: Readonly<Record<string, string>> = {},
): readonly Uint8Array[] {
  const entries: string[] = [];
  if (Object.keys(metadata).length > 0) entries.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let dataBytes = 0;
  const raws = [...tensors].map(([name, value]): [string, RawTensor] => [name, asRaw(name, value)]);
  for (const [name, raw] of raws) {
    entries.push(headerEntry(name, raw, dataBytes));
    dataBytes += raw.bytes.byteLength;
  }
  const text = new TextEncoder().encode(`{${entries.join(',')}}`);
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const header = new Uint8Array(8 + headerBytes).fill(0x20, 8);
  new DataView(header.buffer).setBigUint64(0, BigInt(headerBytes), true);
  header.set(text, 8);
  return [header, ...raws.map(([, { bytes }]) => bytes)];
}

/**
 * Writes tensors as a safetensors file, in insertion order: F32, F16 (given as bits), I32, U8 and I8. The
 * header is padded with spaces to a multiple of 8 bytes. Raw tensors keep their type. The same tensors and
 * metadata in the same order give the same bytes.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WritableTensor | RawTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const parts = safetensorsParts(tensors, metadata);
  const file = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let position = 0;
  for (const part of parts) {
    file.set(part, position);
    position += part.byteLength;
  }
  return file;
}
