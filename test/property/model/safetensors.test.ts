import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ModelError } from '#shared/errors.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import type { StoredTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';

const stored: fc.Arbitrary<StoredTensor> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })
  .chain((shape) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    const size = { minLength: length, maxLength: length };
    return fc.oneof(
      fc.float32Array(size).map((data) => ({ shape, data })),
      fc.int32Array(size).map((data) => ({ shape, data })),
      fc.uint8Array(size).map((data) => ({ shape, data })),
    );
  });

/**
 * A parsed JSON object lists integer names first, regardless of their order in the text. For tensors with
 * data, the data offsets still give the order. For empty tensors nothing does, but no model has empty tensors
 * or such names.
 */
const name = fc
  .string({ minLength: 1 })
  .filter((text) => !text.startsWith('__') && !/^(0|[1-9]\d*)$/.test(text));
const tensors = fc.array(fc.tuple(name, stored), { maxLength: 5 }).map((entries) => new Map(entries));
const metadata = fc.dictionary(name, fc.string(), { maxKeys: 3 });

it('written tensors are read back, bit for bit and in order', () => {
  fc.assert(
    fc.property(tensors, metadata, (written, words) => {
      const bytes = writeSafetensors(written, words);
      const back = readSafetensors(bytes, 'x');
      expect([...back.tensors]).toEqual([...written].map(([key, { shape, data }]) => [key, { shape, data }]));
      expect(back.metadata).toEqual({ ...words });
      expect(writeSafetensors(back.tensors, back.metadata)).toEqual(writeSafetensors(written, back.metadata));
    }),
  );
});

it('damaged files are read or refused with a ModelError, never anything else', () => {
  const damage = fc.record({
    position: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    value: fc.integer({ min: 0, max: 255 }),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(tensors, fc.array(damage, { minLength: 1, maxLength: 4 }), (written, damages) => {
      let bytes = writeSafetensors(written);
      for (const { position, value, cut } of damages) {
        bytes[Math.floor(position * bytes.length)] = value;
        if (cut < 0.3) bytes = bytes.subarray(0, Math.ceil(cut * bytes.length * 3));
      }
      try {
        readSafetensors(bytes, 'x');
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
      }
    }),
    { numRuns: 500 },
  );
});

it('random bytes are refused with a ModelError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => readSafetensors(bytes, 'x')).toThrow(ModelError);
    }),
  );
});
