import { describe, expect, it } from 'vitest';
import {
  attentionTokens,
  type PackedPart,
  packedParts,
} from '#shared/model/engine/onnx/packed/packed-parts.ts';
import { groupIntoRuns, segmentsOf } from '#shared/model/engine/onnx/packed/packed-run.ts';

const HIDDEN = 2;

const batchOf = (...lengths: readonly number[]) => {
  const tokens = Math.max(...lengths);
  const shape = [lengths.length, tokens, HIDDEN];
  return {
    embeddings: { shape, data: new Float32Array(lengths.length * tokens * HIDDEN) },
    lengths: Int32Array.from(lengths),
  };
};

const partsOf = (...batches: readonly (readonly number[])[]): readonly PackedPart[] =>
  batches.flatMap((lengths) => packedParts(batchOf(...lengths), true));

/** Lengths of the sequences of each part of each run. */
const lengthsOf = (runs: readonly (readonly PackedPart[])[]) =>
  runs.map((run) => run.map(({ lengths }) => [...lengths]));

describe('parts of a batch', () => {
  it('hold the sequences of one attention length in their order, the shorter ones first', () => {
    const parts = packedParts(batchOf(40, 3, 17, 16, 32, 1), true);
    expect(parts.map(({ tokens, members, rows }) => ({ tokens, members, rows }))).toEqual([
      { tokens: 16, members: [1, 3, 5], rows: 20 },
      { tokens: 32, members: [2, 4], rows: 49 },
      { tokens: 64, members: [0], rows: 40 },
    ]);
  });

  it('attend over whole vector registers, and few different lengths', () => {
    const lengths = Array.from({ length: 512 }, (_, index) => attentionTokens(index + 1));
    lengths.forEach((tokens, index) => {
      expect(tokens).toBeGreaterThan(index);
      expect(tokens % 16).toBe(0);
    });
    expect(new Set(lengths)).toEqual(new Set([16, 32, 64, 128, 192, 256, 320, 384, 448, 512]));
  });

  it('keep the own length of sequences that no model masks', () => {
    expect(packedParts(batchOf(197, 197), false).map(({ tokens }) => tokens)).toEqual([197]);
  });
});

describe('packed runs', () => {
  it('hold the parts in their order, as many as fit, and a larger part alone', () => {
    const parts = partsOf([5, 20, 6], [7, 21], [16, 16, 16], [4, 4]);
    expect(lengthsOf(groupIntoRuns(parts, 31, HIDDEN))).toEqual([
      [[5, 6], [20]],
      [[7], [21]],
      [[16, 16, 16]],
      [[4, 4]],
    ]);
    expect(lengthsOf(groupIntoRuns(parts, 200, HIDDEN))).toEqual([
      [[5, 6], [20], [7], [21], [16, 16, 16], [4, 4]],
    ]);
  });

  it('hold parts of at most three attention lengths', () => {
    const parts = partsOf([5, 20, 40, 70, 71], [6, 72]);
    expect(lengthsOf(groupIntoRuns(parts, 1000, HIDDEN))).toEqual([
      [[5], [20], [40]],
      [[70, 71], [6], [72]],
    ]);
  });

  it('never hold a single sequence', () => {
    const [run] = groupIntoRuns(partsOf([30]), 100, HIDDEN);
    expect(run.map(({ lengths, tokens }) => [[...lengths], tokens])).toEqual([
      [[30], 32],
      [[1], 32],
    ]);
  });
});

describe('segments of a run', () => {
  const run = partsOf([5, 6], [7], [8], [9, 9], [3]);

  it('contain the wanted parts, adjacent ones together', () => {
    expect(segmentsOf(run, [0, 1, 3])).toEqual([
      { from: 0, to: 2 },
      { from: 3, to: 4 },
    ]);
    expect(segmentsOf(run, [0, 1, 2, 3, 4])).toEqual([{ from: 0, to: 5 }]);
  });

  it('are extended by a neighbour rather than contain a single sequence', () => {
    expect(segmentsOf(run, [1])).toEqual([{ from: 1, to: 3 }]);
    expect(segmentsOf(run, [4])).toEqual([{ from: 3, to: 5 }]);
    expect(segmentsOf(run, [1, 2])).toEqual([{ from: 1, to: 3 }]);
  });
});
