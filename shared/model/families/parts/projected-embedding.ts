import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { DenseProduct } from '#shared/model/product/dense-product.ts';
import type { Tensor } from '#shared/model/tensor.ts';

/**
 * Projects embedding output to the encoder's width with a dense layer, x W^T + b. Only real tokens are
 * projected; padding stays zero.
 *
 * @param product Product with W [hidden, width].
 * @param bias [hidden]
 */
export function projectedEmbedding(
  { embeddings, lengths }: EmbeddedBatch,
  product: DenseProduct,
  bias: Tensor,
): EmbeddedBatch {
  const [batch, tokens, width] = embeddings.shape;
  const hidden = bias.data.length;
  const data = new Float32Array(batch * tokens * hidden);
  for (const [sequence, length] of lengths.entries()) {
    const first = sequence * tokens;
    const projected = product.of(embeddings.data.subarray(first * width, (first + length) * width));
    for (let token = 0; token < length; token++) {
      const row = token * hidden;
      for (let i = 0; i < hidden; i++) data[first * hidden + row + i] = projected[row + i] + bias.data[i];
    }
  }
  return { embeddings: { shape: [batch, tokens, hidden], data }, lengths };
}
