import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { dot } from './dot.ts';

/**
 * Embedding output of another width through a dense layer, x W^T + b, on real tokens; padding stays zero.
 *
 * @param weight [hidden, width]
 * @param bias [hidden]
 */
export function projectedEmbedding(
  { embeddings, lengths }: EmbeddedBatch,
  weight: Tensor,
  bias: Tensor,
): EmbeddedBatch {
  const [batch, tokens, width] = embeddings.shape;
  const hidden = bias.data.length;
  const data = new Float32Array(batch * tokens * hidden);
  for (const [sequence, length] of lengths.entries()) {
    for (let token = sequence * tokens; token < sequence * tokens + length; token++) {
      const row = embeddings.data.subarray(token * width, (token + 1) * width);
      for (let i = 0; i < hidden; i++)
        data[token * hidden + i] = dot(weight.data, i * width, row) + bias.data[i];
    }
  }
  return { embeddings: { shape: [batch, tokens, hidden], data }, lengths };
}
