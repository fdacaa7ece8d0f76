import { type GraphFeeds, ortTensor } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import { TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';

/** Added to a score to remove it: its exp is 0 in 32 bits, and its sum with a score does not overflow. */
const REMOVED = -1e9;

/**
 * Inputs of attention and of the mean, for sequences padded to `tokens`.
 *
 * @param lengths Number of real tokens of each sequence.
 */
export function paddingFeeds(lengths: Int32Array, tokens: number): GraphFeeds {
  const batch = lengths.length;
  return new Map([
    [TENSOR_INPUTS.mask, ortTensor(scoreMask(lengths, tokens), [batch, 1, 1, tokens])],
    [TENSOR_INPUTS.tokenWeights, ortTensor(meanWeights(lengths, tokens), [tokens, batch, 1])],
  ]);
}

/** [batch, tokens]: 0 for real tokens, {@link REMOVED} for padding. */
function scoreMask(lengths: Int32Array, tokens: number): Float32Array {
  const mask = new Float32Array(lengths.length * tokens);
  lengths.forEach((length, row) => {
    mask.fill(REMOVED, row * tokens + length, (row + 1) * tokens);
  });
  return mask;
}

/** [tokens, batch]: 1 / length for real tokens, 0 for padding. */
function meanWeights(lengths: Int32Array, tokens: number): Float32Array {
  const batch = lengths.length;
  return Float32Array.from({ length: tokens * batch }, (_, index) => {
    const length = lengths[index % batch];
    return Math.floor(index / batch) < length ? 1 / length : 0;
  });
}
