import { describe, expect, it } from 'vitest';
import type { BatchChunk } from '../../../shared/model/engine/onnx/batch-chunks.ts';
import {
  chunkRuns,
  joinChunks,
  LIKE_LENGTH,
  SAME_LENGTH,
} from '../../../shared/model/engine/onnx/chunk-runs.ts';
import { copyBlock } from '../../../shared/model/engine/onnx/tensor-block.ts';

const HIDDEN = 2;

/** A chunk whose values tell the sequence and the token they are of. */
function chunk(members: number, tokens: number, from = 0): { readonly chunk: BatchChunk } {
  const embeddings = Float32Array.from({ length: members * tokens * HIDDEN }, (_, index) => {
    const [member, token] = [Math.floor(index / (tokens * HIDDEN)), Math.floor(index / HIDDEN) % tokens];
    return 100 * (from + member) + token + 1;
  });
  const lengths = new Int32Array(members).fill(tokens);
  return { chunk: { members: [...lengths.keys()], lengths, tokens, embeddings } };
}

const extents = (runs: readonly (readonly { readonly chunk: BatchChunk }[])[]): readonly string[] =>
  runs.map((run) => run.map(({ chunk: { members, tokens } }) => `${members.length}x${tokens}`).join(' '));

describe('runs of chunks', () => {
  it('hold chunks of one length, as many as fit, where no bit may change', () => {
    const chunks = [chunk(2, 8), chunk(3, 7), chunk(2, 8), chunk(4, 8), chunk(5, 7)];
    const runs = chunkRuns(chunks, { maximumTokens: 64, leastLength: SAME_LENGTH });
    expect(extents(runs)).toEqual(['2x8 2x8 4x8', '3x7 5x7']);
    const small = chunkRuns(chunks, { maximumTokens: 40, leastLength: SAME_LENGTH });
    expect(extents(small)).toEqual(['2x8 2x8', '4x8', '3x7', '5x7']);
  });

  it('hold chunks of nearly one length where bits may change', () => {
    const chunks = [chunk(3, 7), chunk(2, 8), chunk(2, 6), chunk(2, 2)];
    const runs = chunkRuns(chunks, { maximumTokens: 64, leastLength: LIKE_LENGTH });
    expect(extents(runs)).toEqual(['2x8 3x7', '2x6', '2x2']);
  });

  it('leave a single sequence, and what is too large for any run, alone', () => {
    const chunks = [chunk(1, 8), chunk(1, 8), chunk(2, 8), chunk(9, 8), chunk(2, 8)];
    const runs = chunkRuns(chunks, { maximumTokens: 64, leastLength: SAME_LENGTH });
    expect(extents(runs)).toEqual(['1x8', '1x8', '2x8', '9x8', '2x8']);
  });
});

describe('joined chunks', () => {
  it('follow each other, padded to the longest, and come apart again as they were', () => {
    const parts = [chunk(2, 3), chunk(3, 2, 2)].map((item) => item.chunk);
    const { lengths, tokens, embeddings } = joinChunks(parts);
    expect([...lengths]).toEqual([3, 3, 2, 2, 2]);
    expect(tokens).toBe(3);
    const joined = { shape: [5, 3, HIDDEN], data: embeddings };
    const back = parts.map(({ members, tokens: own }, index) => {
      const target = {
        shape: [members.length, own, HIDDEN],
        data: new Float32Array(members.length * own * HIDDEN),
      };
      copyBlock(joined, [2 * index, 0, 0], target);
      return target.data;
    });
    expect(back).toEqual(parts.map((part) => part.embeddings));
    expect([...embeddings.subarray(2 * 6, 3 * 6)]).toEqual([201, 201, 202, 202, 0, 0]);
  });
});
