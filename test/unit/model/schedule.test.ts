import { describe, expect, test } from 'vitest';
import { clipGradients } from '#shared/model/optimizer/clip-gradients.ts';
import { scheduleFactor } from '#shared/model/optimizer/schedule.ts';
import { tensor } from '#shared/model/tensor.ts';
import { tensorNorm } from '#shared/model/tensor-norm.ts';

const factors = (kind: 'constant' | 'linear' | 'cosine', warmUpRounds: number, rounds: number) =>
  Array.from({ length: rounds }, (_, round) => scheduleFactor({ kind, warmUpRounds }, round, rounds));

describe('a schedule', () => {
  test('is exactly 1 in every round where it is constant without warm-up', () => {
    expect(factors('constant', 0, 5)).toEqual([1, 1, 1, 1, 1]);
  });

  test('rises through the warm-up, and stays, falls evenly, or falls as a cosine', () => {
    expect(factors('constant', 2, 4)).toEqual([0.5, 1, 1, 1]);
    expect(factors('linear', 2, 6)).toEqual([0.5, 1, 1, 0.75, 0.5, 0.25]);
    const cosine = factors('cosine', 0, 4);
    [1, 0.853553, 0.5, 0.146447].forEach((value, round) => {
      expect(cosine[round]).toBeCloseTo(value, 6);
    });
  });

  test('with a warm-up longer than the run rises to its end', () => {
    expect(factors('cosine', 8, 4)).toEqual([0.125, 0.25, 0.375, 0.5]);
  });
});

describe('clipping', () => {
  const gradients = new Map([
    ['a', tensor([2], Float32Array.of(3, 0))],
    ['b', tensor([1], Float32Array.of(4))],
  ]);

  test('scales all tensors together to the largest norm', () => {
    const clipped = clipGradients(gradients, 1);
    expect(tensorNorm(clipped)).toBeCloseTo(1, 6);
    expect(clipped.get('b')?.data[0]).toBeCloseTo(0.8, 6);
  });

  test('leaves shorter gradients, and all where there is no limit', () => {
    expect(clipGradients(gradients, 5)).toBe(gradients);
    expect(clipGradients(gradients, undefined)).toBe(gradients);
  });
});
