import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { miniBatch } from '#shared/data/mini-batch.ts';

const cases = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 40 }),
  round: fc.integer({ min: 0, max: 10_000 }),
  device: fc.integer({ min: 0, max: 1000 }),
  shardSize: fc.integer({ min: 1, max: 60 }),
  batchSize: fc.integer({ min: 1, max: 80 }),
});

describe('mini-batch', () => {
  it('is a full batch of rows of the shard, the same whenever it is asked for', () => {
    fc.assert(
      fc.property(cases, ({ seed, round, device, shardSize, batchSize }) => {
        const batch = miniBatch(seed, round, device, shardSize, batchSize);
        expect(batch).toHaveLength(batchSize);
        expect(batch.every((row) => row >= 0 && row < shardSize)).toBe(true);
        miniBatch(seed, round + 1, device, shardSize, batchSize);
        expect(miniBatch(seed, round, device, shardSize, batchSize)).toEqual(batch);
      }),
    );
  });

  it('uses every row once in each epoch', () => {
    fc.assert(
      fc.property(cases, ({ seed, device, shardSize, batchSize }) => {
        const rounds = Math.ceil((3 * shardSize) / batchSize);
        const rows = Array.from({ length: rounds }, (_, round) => [
          ...miniBatch(seed, round, device, shardSize, batchSize),
        ]).flat();
        for (let epoch = 0; epoch < 3; epoch++) {
          const seen = new Set(rows.slice(epoch * shardSize, (epoch + 1) * shardSize));
          expect(seen.size).toBe(shardSize);
        }
      }),
    );
  });

  it('differs between devices, rounds and seeds', () => {
    const batch = miniBatch(7, 3, 2, 1000, 16);
    expect(miniBatch(7, 3, 1, 1000, 16)).not.toEqual(batch);
    expect(miniBatch(7, 4, 2, 1000, 16)).not.toEqual(batch);
    expect(miniBatch(8, 3, 2, 1000, 16)).not.toEqual(batch);
  });
});
