import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchChunks } from '#shared/model/engine/onnx/padded/batch-chunks.ts';
import { lengthGroups } from '#shared/model/engine/onnx/padded/length-groups.ts';
import type { RunCost } from '#shared/model/engine/onnx/spec/run-limits.ts';
import { randomBatch } from '#test/support/tiny-bert.ts';

describe('chunks of a batch', () => {
  it('put sequences of like length together, longest first, each exactly once', () => {
    const chunks = batchChunks(randomBatch([3, 9, 2, 8, 3], 10), 8, { maximumTokens: 20, fixedTokens: 2 });
    expect(chunks.map(({ members, tokens }) => [tokens, members])).toEqual([
      [9, [1, 3]],
      [3, [0, 4, 2]],
    ]);
  });

  it('are fewer where each one costs more', () => {
    const batch = randomBatch([3, 9, 2, 8, 3], 10);
    const chunks = batchChunks(batch, 8, { maximumTokens: 100, fixedTokens: 50 });
    expect(chunks.map(({ members }) => members)).toEqual([[1, 3, 0, 4, 2]]);
  });

  it('are of equal size where the lengths are', () => {
    const batch = randomBatch(Array<number>(16).fill(10), 10);
    const chunks = batchChunks(batch, 8, { maximumTokens: 30, fixedTokens: 1 });
    expect(chunks.map(({ members }) => members.length).sort()).toEqual([2, 2, 3, 3, 3, 3]);
  });

  it('give a sequence that is longer than a chunk its own chunk', () => {
    const chunks = batchChunks(randomBatch([10, 1], 10), 8, { maximumTokens: 4, fixedTokens: 40 });
    expect(chunks.map(({ members }) => members)).toEqual([[0], [1]]);
  });

  it('cost no more than any other way of cutting', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 9 });
    const limits = fc.record({
      maximumTokens: fc.integer({ min: 1, max: 60 }),
      fixedTokens: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(lengths, limits, (unsorted, cost) => {
        const sorted = [...unsorted].sort((one, other) => other - one);
        const best = costOf(sorted, lengthGroups(sorted, cost), cost);
        for (let cuts = 0; cuts < 2 ** (sorted.length - 1); cuts++) {
          const other = costOf(sorted, groupsOf(sorted.length, cuts), cost);
          expect(best).toBeLessThanOrEqual(other + 0.01);
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** Sizes of the groups; each bit of `cuts` tells whether a group ends at that position. */
function groupsOf(count: number, cuts: number): readonly number[] {
  const groups = [1];
  for (let place = 0; place < count - 1; place++) {
    if ((cuts >> place) % 2 === 1) groups.push(1);
    else groups[groups.length - 1] += 1;
  }
  return groups;
}

/** Padded tokens plus the fixed cost of each group; infinite if a group is too large. */
function costOf(
  lengths: readonly number[],
  groups: readonly number[],
  { maximumTokens, fixedTokens }: RunCost,
): number {
  let start = 0;
  let sum = 0;
  for (const size of groups) {
    const tokens = size * lengths[start];
    if (size > 1 && tokens > maximumTokens) return Number.POSITIVE_INFINITY;
    sum += tokens + fixedTokens;
    start += size;
  }
  return sum;
}
