import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { type GroupCost, lengthGroups } from './length-groups.ts';

/** Sequences of nearly the same length that run through the graphs together, cut to their longest. */
export interface BatchChunk {
  /** Which sequences of the batch these are. */
  readonly members: readonly number[];
  /** Number of real tokens of each, [members]. */
  readonly lengths: Int32Array;
  /** Length they are padded to: that of the longest. */
  readonly tokens: number;
  /** [members, tokens, hidden]. */
  readonly embeddings: Float32Array;
}

/**
 * Sorts a batch by length and cuts it into chunks where that costs least: so padding costs little, and what passes from
 * operator to operator stays in the processor's cache. Depends on the lengths alone: the same batch gives the same chunks.
 */
export function batchChunks(batch: EmbeddedBatch, hidden: number, cost: GroupCost): readonly BatchChunk[] {
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
    embeddings: data,
  };
}
