import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { PositionFeeds } from '#shared/model/engine/onnx/graphs/position-feeds.ts';
import { type GraphFeeds, ortTensor, rowIndices } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import type { RunCost } from '#shared/model/engine/onnx/spec/run-limits.ts';
import { TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { lengthGroups } from './length-groups.ts';

/** Sequences of a batch with similar lengths, which run through the graphs at once. */
export interface BatchChunk {
  /** Indices of the sequences in the batch. */
  readonly members: readonly number[];
  /** Number of real tokens of each sequence, [members]. */
  readonly lengths: Int32Array;
  /** Padded length: that of the longest sequence. */
  readonly tokens: number;
  /** [members, tokens, hidden]. */
  readonly embeddings: Tensor;
}

/**
 * Sorts a batch by length and cuts it into chunks at the least cost, so that padding is small and a layer's
 * activations stay in the processor's cache. The chunks depend only on the lengths.
 */
export function batchChunks(batch: EmbeddedBatch, hidden: number, cost: RunCost): readonly BatchChunk[] {
  const { lengths } = batch;
  const longestFirst = [...lengths.keys()].sort((one, other) => lengths[other] - lengths[one] || one - other);
  let start = 0;
  return lengthGroups(
    longestFirst.map((sequence) => lengths[sequence]),
    cost,
  ).map((size) => {
    const members = longestFirst.slice(start, start + size);
    start += size;
    return chunkOf(batch, members, hidden);
  });
}

/** Inputs of the graphs for a chunk. */
export function chunkFeeds(
  { lengths, tokens, embeddings }: BatchChunk,
  positions: PositionFeeds,
): GraphFeeds {
  const batch = lengths.length;
  const featureRows = positions.featurePositions(lengths).map((position, row) => position * batch + row);
  return new Map([
    [TENSOR_INPUTS.featureRows, rowIndices(featureRows)],
    [TENSOR_INPUTS.embeddings, ortTensor(embeddings.data, embeddings.shape)],
    ...positions.feeds(lengths, tokens),
  ]);
}

function chunkOf(
  { embeddings, lengths }: EmbeddedBatch,
  members: readonly number[],
  hidden: number,
): BatchChunk {
  const stride = embeddings.shape[1] * hidden;
  const tokens = lengths[members[0]];
  const values = tokens * hidden;
  const data = new Float32Array(members.length * values);
  members.forEach((sequence, row) => {
    const start = sequence * stride;
    data.set(embeddings.data.subarray(start, start + values), row * values);
  });
  return {
    members,
    lengths: Int32Array.from(members, (member) => lengths[member]),
    tokens,
    embeddings: { shape: [members.length, tokens, hidden], data },
  };
}
