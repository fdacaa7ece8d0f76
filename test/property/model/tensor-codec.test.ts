import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float16FromFloat32, float32FromFloat16 } from '#shared/model/safetensors/half-precision.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { elementCount, type Tensor } from '#shared/model/tensor.ts';
import { decodeTensor, encodeTensor } from '#shared/model/transport/tensor-codec.ts';
import {
  TRANSPORT_BITS,
  type TransportBits,
  transportedBits,
} from '#shared/model/transport/transported-bits.ts';

const LARGEST_HALF = 65504;

/**
 * Tensors of one to three axes with values of magnitude up to `max`, including small ones and zeros.
 */
function tensorsUpTo(max: number): fc.Arbitrary<Tensor> {
  const value = fc.oneof(
    fc.float({ noNaN: true, min: Math.fround(-max), max: Math.fround(max) }),
    fc.float({ noNaN: true, min: -1, max: 1 }),
    fc.constant(0),
  );
  return fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }).chain((shape) => {
    const length = elementCount(shape);
    return fc
      .array(value, { minLength: length, maxLength: length })
      .map((values) => ({ shape, data: Float32Array.from(values) }));
  });
}

/** Encodes to a stored file and decodes it. */
function carried(value: Tensor, bitsPerValue: TransportBits): Tensor {
  const bytes = writeSafetensors(new Map(encodeTensor('x', value, bitsPerValue)));
  return decodeTensor(readSafetensors(bytes, 'payload').tensors, 'x', 'payload');
}

function rowsOf({ shape, data }: Tensor): readonly Float32Array[] {
  const columns = shape[shape.length - 1];
  return Array.from({ length: data.length / columns }, (_, row) =>
    data.subarray(row * columns, (row + 1) * columns),
  );
}

describe('a tensor that travels', () => {
  it('in 32 bits arrives as it left', () => {
    fc.assert(
      fc.property(tensorsUpTo(1e38), (value) => {
        expect(carried(value, 32)).toEqual(value);
      }),
    );
  });

  it('in 16 bits arrives as the nearest halves', () => {
    fc.assert(
      fc.property(tensorsUpTo(LARGEST_HALF), (value) => {
        const arrived = carried(value, 16);
        expect(arrived.shape).toEqual(value.shape);
        value.data.forEach((entry, index) => {
          const error = Math.abs(arrived.data[index] - entry);
          expect(error).toBeLessThanOrEqual(Math.max(Math.abs(entry) * 2 ** -11, 2 ** -25));
        });
      }),
    );
  });

  it("in 8 bits arrives within half a step of its row's scale", () => {
    fc.assert(
      fc.property(tensorsUpTo(1e37), (value) => {
        const arrived = carried(value, 8);
        expect(arrived.shape).toEqual(value.shape);
        const arrivedRows = rowsOf(arrived);
        rowsOf(value).forEach((row, index) => {
          const largest = row.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
          // Below it a scale would be close to the smallest float.
          const step = largest < 1e-35 ? 2 * largest : largest / 127;
          row.forEach((entry, column) => {
            const error = Math.abs(arrivedRows[index][column] - entry);
            expect(error).toBeLessThanOrEqual(0.5 * step * (1 + 1e-5));
          });
        });
      }),
    );
  });

  it('travels again as it arrived, without a further loss', () => {
    fc.assert(
      fc.property(tensorsUpTo(1000), fc.constantFrom(...TRANSPORT_BITS), (value, bits) => {
        const once = carried(value, bits);
        const twice = carried(once, bits);
        rowsOf(twice).forEach((row, index) => {
          const before = rowsOf(once)[index];
          const largest = before.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
          row.forEach((entry, column) => {
            expect(Math.abs(entry - before[column])).toBeLessThanOrEqual(largest * 1e-6);
          });
        });
      }),
    );
  });

  it('takes in its file the bits that L counts', () => {
    fc.assert(
      fc.property(tensorsUpTo(1000), fc.constantFrom(...TRANSPORT_BITS), (value, bits) => {
        const stored = encodeTensor('x', value, bits);
        const bytes = stored.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
        expect(8 * bytes).toBe(transportedBits(value.shape, bits));
      }),
    );
  });
});

describe('halves', () => {
  it("agree with the language's own conversion", () => {
    fc.assert(
      fc.property(fc.float32Array({ maxLength: 50 }), (values) => {
        expect(float16FromFloat32(values)).toEqual(new Uint16Array(new Float16Array(values).buffer));
      }),
      { numRuns: 1000 },
    );
  });

  it('do not change when they are read and written again', () => {
    // All halves except NaN, which has several bit patterns.
    const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0,
    );
    expect(float16FromFloat32(float32FromFloat16(halves))).toEqual(halves);
  });
});

describe('a tensor that cannot travel', () => {
  it.each(TRANSPORT_BITS)('is refused in %i bits where it is not finite', (bits) => {
    const value = { shape: [2], data: Float32Array.of(1, Number.NaN) };
    expect(() => encodeTensor('x', value, bits)).toThrow(/NaN at flat index 1/);
  });

  it('is refused in 16 bits where it is too large for them', () => {
    const value = { shape: [2], data: Float32Array.of(65519, 65520) };
    expect(() => encodeTensor('x', value, 16)).toThrow(/65520 at flat index 1/);
  });

  it('is refused on arrival where its scales are missing or of another shape', () => {
    const bytes: [string, { shape: number[]; data: Int8Array }] = [
      'x',
      { shape: [2, 2], data: Int8Array.of(1, 2, 3, 4) },
    ];
    expect(() => decodeTensor(new Map([bytes]), 'x', 'payload')).toThrow(/x\.scale/);
    const scale: [string, { shape: number[]; data: Float32Array }] = [
      'x.scale',
      { shape: [1], data: Float32Array.of(1) },
    ];
    expect(() =>
      decodeTensor(new Map<string, (typeof bytes)[1] | (typeof scale)[1]>([bytes, scale]), 'x', 'payload'),
    ).toThrow(/expected \[2\]/);
  });
});
