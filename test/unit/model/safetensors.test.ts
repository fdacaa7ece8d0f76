import { describe, expect, it } from 'vitest';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensor, int32Tensor, uint8Tensor } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { thrownLine } from '#test/support/thrown.ts';

/** A file with this header text and data bytes. */
function file(header: string, data: readonly number[] | Uint8Array = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const read = (bytes: Uint8Array) => readSafetensors(bytes, 'model.safetensors');

const entry = (dtype: string, shape: readonly number[], begin: number, end: number) =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

describe('writing', () => {
  const tensors = new Map([
    ['b', { shape: [2], data: Float32Array.of(1.5, -2) }],
    ['a', { shape: [1, 3], data: Int32Array.of(1, 2, -3) }],
  ]);

  it('keeps insertion order and metadata, and pads the header to a multiple of eight', () => {
    const bytes = writeSafetensors(tensors, { made: 'here' });
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerBytes % 8).toBe(0);
    const back = read(bytes);
    expect([...back.tensors.keys()]).toEqual(['b', 'a']);
    expect(back.metadata).toEqual({ made: 'here' });
    expect(floatTensor(back.tensors, 'b', '').data).toEqual(Float32Array.of(1.5, -2));
    expect(int32Tensor(back.tensors, 'a', '')).toEqual({ shape: [1, 3], data: Int32Array.of(1, 2, -3) });
  });

  it('refuses a tensor whose shape does not fit its values', () => {
    const wrong = new Map([['w', { shape: [3], data: new Float32Array(2) }]]);
    expect(thrownLine(() => writeSafetensors(wrong))).toContain('tensor w');
  });
});

describe('reading', () => {
  it('takes half precision, bfloat16 and 64-bit integers that fit 32 bits', () => {
    const header = `{"h":${entry('F16', [1], 0, 2)},"b":${entry('BF16', [1], 2, 4)},"i":${entry('I64', [1], 4, 12)}}`;
    const { tensors } = read(file(header, [0x00, 0x3c, 0x80, 0x3f, 7, 0, 0, 0, 0, 0, 0, 0]));
    expect(floatTensor(tensors, 'h', '').data).toEqual(Float32Array.of(1));
    expect(floatTensor(tensors, 'b', '').data).toEqual(Float32Array.of(1));
    expect(int32Tensor(tensors, 'i', '').data).toEqual(Int32Array.of(7));
  });

  it('orders tensors by their offsets, for any order of the header', () => {
    const header = `{"late":${entry('F32', [1], 4, 8)},"early":${entry('F32', [1], 0, 4)}}`;
    expect([...read(file(header, new Uint8Array(8))).tensors.keys()]).toEqual(['early', 'late']);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('reads a file that lies %d bytes into a buffer', (start) => {
    const header = `{"w":${entry('F32', [1], 0, 4)},"i":${entry('I32', [1], 4, 8)},"b":${entry('U8', [1], 8, 9)}}`;
    const bytes = file(header, [0, 0, 0x80, 0x3f, 7, 0, 0, 0, 9]);
    const larger = Buffer.alloc(start + bytes.length + 3, 0xff);
    larger.set(bytes, start);
    const { tensors } = read(larger.subarray(start, start + bytes.length));
    expect(floatTensor(tensors, 'w', '').data).toEqual(Float32Array.of(1));
    expect(int32Tensor(tensors, 'i', '').data).toEqual(Int32Array.of(7));
    expect(uint8Tensor(tensors, 'b', '').data).toEqual(Uint8Array.of(9));
  });

  it('does not touch bytes outside its window on a larger buffer', () => {
    const inner = file(`{"w":${entry('F32', [1], 0, 4)}}`, [0, 0, 0x80, 0x3f]);
    const outer = new Uint8Array(inner.length + 3);
    outer.set(inner, 3);
    expect(floatTensor(read(outer.subarray(3)).tensors, 'w', '').data).toEqual(Float32Array.of(1));
  });

  const four = new Uint8Array(4);
  it.each([
    ['seven bytes', new Uint8Array(7), 'too short'],
    ['a header longer than the file', file('{}').subarray(0, 9), 'announces a header of 2 bytes'],
    ['a header of astronomic length', new Uint8Array(16).fill(255), 'announces a header of'],
    ['a header that is no JSON', file('{"w":'), 'not a JSON object'],
    ['a header that is a list', file('[]'), 'not a JSON object'],
    ['an entry without offsets', file('{"w":{"dtype":"F32","shape":[1]}}', four), 'tensor w'],
    ['a type it does not know', file(`{"w":${entry('F64', [1], 0, 8)}}`, new Uint8Array(8)), 'type F64'],
    ['offsets that do not fit the shape', file(`{"w":${entry('F32', [2], 0, 4)}}`, four), 'needs 8 bytes'],
    ['offsets that run backwards', file(`{"w":${entry('F32', [0], 4, 0)}}`, four), 'tensor w'],
    ['a missing tail', file(`{"w":${entry('F32', [2], 0, 8)}}`, four), 'truncated inside tensor w'],
    [
      'overlapping tensors',
      file(`{"v":${entry('F32', [1], 0, 4)},"w":${entry('F32', [1], 2, 6)}}`, new Uint8Array(6)),
      'tensor w overlaps',
    ],
    [
      'a gap between tensors',
      file(`{"v":${entry('F32', [1], 0, 4)},"w":${entry('F32', [1], 8, 12)}}`, new Uint8Array(12)),
      'gap before',
    ],
    ['bytes after the last tensor', file('{}', four), '4 bytes after'],
    [
      'a 64-bit integer that does not fit',
      file(`{"i":${entry('I64', [1], 0, 8)}}`, [0, 0, 0, 0, 1, 0, 0, 0]),
      'does not fit 32 bits',
    ],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}'), 'metadata'],
    ['a negative extent', file(`{"w":${entry('F32', [-1], 0, 4)}}`, four), 'malformed'],
  ])('refuses %s, naming the file', (_, bytes, words) => {
    const line = thrownLine(() => read(bytes));
    expect(line).toContain('model.safetensors');
    expect(line).toContain(words);
  });
});
