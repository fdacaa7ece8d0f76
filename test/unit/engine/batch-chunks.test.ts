import { describe, expect, it } from 'vitest';
import { ActivationSlabs } from '../../../shared/model/engine/onnx/activation-slabs.ts';
import { batchChunks } from '../../../shared/model/engine/onnx/batch-chunks.ts';
import { randomBatch } from '../../support/tiny-bert.ts';

describe('chunks of a batch', () => {
  it('put sequences of like length together, longest first, each exactly once', () => {
    const chunks = batchChunks(randomBatch([3, 9, 2, 8, 3], 10), 8, 20);
    expect(chunks.map(({ members, tokens }) => [tokens, members])).toEqual([
      [9, [1, 3]],
      [3, [0, 4, 2]],
    ]);
  });

  it('are of equal size where the lengths are', () => {
    const chunks = batchChunks(randomBatch(Array<number>(16).fill(10), 10), 8, 30);
    expect(chunks.map(({ members }) => members.length)).toEqual([3, 3, 3, 3, 2, 2]);
  });

  it('give a sequence that is longer than a chunk one of its own', () => {
    const chunks = batchChunks(randomBatch([10, 1], 10), 8, 4);
    expect(chunks.map(({ members }) => members)).toEqual([[0], [1]]);
  });
});

describe('slabs for activations', () => {
  it('are used again, and never held beyond what was in use at once', () => {
    const slabs = new ActivationSlabs();
    const [one, two] = [slabs.take(100_000), slabs.take(100_000)];
    const peak = slabs.byteLength;
    slabs.giveBack(one);
    slabs.giveBack(two);
    expect(slabs.byteLength).toBe(peak);
    expect([one, two]).toContain(slabs.take(99_000));
    slabs.take(3 * peak);
    expect(slabs.byteLength).toBeLessThanOrEqual(3 * peak + peak);
  });
});
