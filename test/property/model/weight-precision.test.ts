import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32FromFloat16 } from '#shared/model/safetensors/half-precision.ts';
import { readModelPart, writeModelPart } from '#shared/model/split-model.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { weightsAsStored } from '#shared/model/weight-precision.ts';
import { thrownLine } from '#test/support/thrown.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';

/** Every finite half except negative zero, ascending: all possible results of rounding. */
const HALVES = float32FromFloat16(Uint16Array.from({ length: 65_536 }, (_, bits) => bits))
  .filter((value) => Number.isFinite(value))
  .sort();

const weights = fc.array(
  fc.oneof(
    fc.float({ noNaN: true, min: -65504, max: 65504 }),
    fc.float({ noNaN: true, min: Math.fround(-0.1), max: Math.fround(0.1) }),
    fc.float({ noNaN: true, min: Math.fround(-(2 ** -13)), max: Math.fround(2 ** -13) }),
  ),
  { minLength: 1, maxLength: 20 },
);

function partOf(values: readonly number[]): {
  readonly config: typeof TINY_BERT;
  readonly tensors: Map<string, Tensor>;
} {
  const data = Float32Array.from(values);
  return { config: TINY_BERT, tensors: new Map([['w', { shape: [data.length], data }]]) };
}

/** Distance to the nearest half, by search. */
function nearestDistance(value: number): number {
  let low = 0;
  let high = HALVES.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (HALVES[middle] <= value) low = middle;
    else high = middle;
  }
  return Math.min(Math.abs(value - HALVES[low]), Math.abs(value - HALVES[high]));
}

describe('weights stored in 16 bits', () => {
  it('are read as the nearest halves, subnormal ones included', () => {
    fc.assert(
      fc.property(weights, (values) => {
        const part = partOf(values);
        const read = readModelPart(writeModelPart(part, 16), 'part').tensors.get('w')?.data ?? [];
        expect(read).toHaveLength(values.length);
        read.forEach((value, index) => {
          expect(HALVES).toContain(value);
          expect(Math.abs(value - Math.fround(values[index]))).toBe(nearestDistance(values[index]));
        });
      }),
    );
  });

  it('are the weights of a run: rounding in memory equals storing and reading', () => {
    fc.assert(
      fc.property(weights, (values) => {
        const part = partOf(values);
        const read = readModelPart(writeModelPart(part, 16), 'part').tensors;
        expect(weightsAsStored(part.tensors, 16)).toEqual(read);
      }),
    );
  });

  it('keep every bit of a model that came in halves', () => {
    const part = partOf([...HALVES, -0]);
    expect(readModelPart(writeModelPart(part, 16), 'part')).toEqual(part);
  });

  it.each([65520, -70_000, 3e38])('are refused when half precision cannot hold them: %d', (value) => {
    expect(thrownLine(() => writeModelPart(partOf([1, value]), 16))).toMatch(
      /^tensor w: holds \S+ at flat index 1, beyond half precision's 65504\. Set model\.bitsPerWeight to 32\.$/,
    );
  });
});

it('weights stored in 32 bits stay as they are', () => {
  const part = partOf([1e-30, 65_520, Math.fround(0.1)]);
  expect(readModelPart(writeModelPart(part, 32), 'part')).toEqual(part);
});
