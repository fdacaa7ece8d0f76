import { DataError } from '../../../errors.ts';
import { requireShape } from '../../tensor.ts';
import type { EmbeddedBatch } from '../encoder-engine.ts';
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
 *
 * @throws {@link ModelError} for embeddings of another width, {@link DataError} for unusable lengths.
 */
export function batchChunks(batch: EmbeddedBatch, hidden: number, cost: GroupCost): readonly BatchChunk[] {
  const { embeddings, lengths } = batch;
  const [, paddedTokens] = embeddings.shape;
  requireShape('embeddings', embeddings, [lengths.length, paddedTokens, hidden]);
  requireLengths(lengths, paddedTokens);
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

function requireLengths(lengths: Int32Array, paddedTokens: number): void {
  if (lengths.length === 0) throw new DataError('a batch without a sequence.');
  const bad = lengths.findIndex((length) => length < 1 || length > paddedTokens);
  if (bad < 0) return;
  throw new DataError(`has length ${lengths[bad]}, must lie in 1 to ${paddedTokens}.`, {
    subject: `sequence ${bad} of the batch`,
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

/** Rows [members, width] of a tensor [batch, width]. */
export function gatherRows(data: Float32Array, width: number, members: readonly number[]): Float32Array {
  const rows = new Float32Array(members.length * width);
  members.forEach((member, row) => {
    rows.set(data.subarray(member * width, (member + 1) * width), row * width);
  });
  return rows;
}

/** Puts rows [members, width] where they belong in a tensor [batch, width]. */
export function scatterRows(
  rows: Float32Array,
  width: number,
  members: readonly number[],
  target: Float32Array,
): void {
  members.forEach((member, row) => {
    target.set(rows.subarray(row * width, (row + 1) * width), member * width);
  });
}
