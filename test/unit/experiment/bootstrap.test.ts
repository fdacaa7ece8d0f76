import { describe, expect, it } from 'vitest';
import { bootstrapMean, pairedDifference } from '#experiment/statistics/bootstrap.ts';

describe('a bootstrap interval', () => {
  it('of one value is unknown', () => {
    expect(bootstrapMean([3], 1)).toEqual({ mean: 3, low: null, high: null, values: [3] });
  });

  it('of equal values is that value', () => {
    expect(bootstrapMean([2, 2, 2], 1)).toMatchObject({ mean: 2, low: 2, high: 2 });
  });

  it('of three values is their range, as wide as it can be', () => {
    expect(bootstrapMean([1, 2, 6], 1)).toMatchObject({ mean: 3, low: 1, high: 6 });
  });

  it('of many normal values has about the width of the t interval', () => {
    const values = Array.from({ length: 400 }, (_, index) => Math.sin(1.7 * index) + 0.3 * Math.cos(index));
    const { mean, low, high } = bootstrapMean(values, 1);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 399;
    const half = 1.966 * Math.sqrt(variance / 400);
    expect(((high ?? 0) - (low ?? 0)) / (2 * half)).toBeGreaterThan(0.94);
    expect(((high ?? 0) - (low ?? 0)) / (2 * half)).toBeLessThan(1.06);
  });

  it('is the same whenever it is computed', () => {
    expect(bootstrapMean([1, 5, 2, 8, 3], 1)).toEqual(bootstrapMean([1, 5, 2, 8, 3], 1));
  });
});

describe('a paired difference', () => {
  it('is taken seed by seed, without seeds that only one side has', () => {
    const left = new Map([
      [1, 10],
      [2, 20],
      [3, 99],
    ]);
    const right = new Map([
      [2, 18],
      [1, 9],
    ]);
    expect(pairedDifference(left, right, 1)?.values).toEqual([1, 2]);
  });

  it('needs a common seed', () => {
    expect(pairedDifference(new Map([[1, 1]]), new Map([[2, 1]]), 1)).toBeUndefined();
  });
});
