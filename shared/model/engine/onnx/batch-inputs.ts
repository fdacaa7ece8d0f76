import { DataError } from '../../../errors.ts';
import { requireShape, type Tensor } from '../../tensor.ts';
import type { EmbeddedBatch } from '../encoder-engine.ts';

/** Added to a score to remove it: exp of it is 0 in 32 bits, and no sum with a score overflows. */
const REMOVED = -1e9;

/** A mini-batch as the graphs take it: cut to its longest sequence. */
export interface BatchInputs {
  readonly batch: number;
  readonly tokens: number;
  /** [batch, tokens, hidden]. */
  readonly embeddings: Float32Array;
  /** [batch, 1, 1, tokens]; undefined when no sequence is padded. */
  readonly mask: Float32Array | undefined;
  /** [tokens, batch, 1]: 1 / length for real tokens, 0 for padding. */
  readonly tokenWeights: Float32Array;
}

/** @throws {@link ModelError} for embeddings of another width, {@link DataError} for unusable lengths. */
export function batchInputs({ embeddings, lengths }: EmbeddedBatch, hidden: number): BatchInputs {
  const [batch, paddedTokens] = embeddings.shape;
  requireShape('embeddings', embeddings, [lengths.length, paddedTokens, hidden]);
  if (batch === 0) throw new DataError('a batch without a sequence.');
  const bad = lengths.findIndex((length) => length < 1 || length > paddedTokens);
  if (bad >= 0) {
    throw new DataError(`has length ${lengths[bad]}, must lie in 1 to ${paddedTokens}.`, {
      subject: `sequence ${bad} of the batch`,
    });
  }
  const tokens = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  return {
    batch,
    tokens,
    embeddings: cutTokens(embeddings, tokens),
    mask: lengths.every((length) => length === tokens) ? undefined : scoreMask(lengths, tokens),
    tokenWeights: meanWeights(lengths, tokens),
  };
}

/** Leaves out positions that are padding in every sequence. */
function cutTokens({ shape: [batch, paddedTokens, hidden], data }: Tensor, tokens: number): Float32Array {
  if (tokens === paddedTokens) return data;
  const cut = new Float32Array(batch * tokens * hidden);
  for (let row = 0; row < batch; row++) {
    const start = row * paddedTokens * hidden;
    cut.set(data.subarray(start, start + tokens * hidden), row * tokens * hidden);
  }
  return cut;
}

function scoreMask(lengths: Int32Array, tokens: number): Float32Array {
  const mask = new Float32Array(lengths.length * tokens);
  lengths.forEach((length, row) => {
    mask.fill(REMOVED, row * tokens + length, (row + 1) * tokens);
  });
  return mask;
}

function meanWeights(lengths: Int32Array, tokens: number): Float32Array {
  const batch = lengths.length;
  return Float32Array.from({ length: tokens * batch }, (_, index) => {
    const length = lengths[index % batch];
    return Math.floor(index / batch) < length ? 1 / length : 0;
  });
}
