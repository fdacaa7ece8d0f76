import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { encoderShapes } from '#shared/model/families/parts/encoder-shapes.ts';
import { type ImageExtents, patchCount } from '#shared/model/families/parts/image-geometry.ts';
import type { TensorShapes } from '#shared/model/tensor-shapes.ts';
import { vitLayout } from './vit-layout.ts';

/** Tensors of a ViT, and of what kept its form and names, without a pooler; `learnedTokens` stand before the patches. */
export function vitTensorShapes(
  config: ModelConfig & ImageExtents,
  learnedTokens: readonly string[],
): TensorShapes {
  const { hiddenSize: hidden, patchSize, channelCount } = config;
  const tokens = learnedTokens.length + patchCount(config);
  return new Map([
    ...learnedTokens.map((name): [string, readonly number[]] => [`embeddings.${name}`, [1, 1, hidden]]),
    ['embeddings.position_embeddings', [1, tokens, hidden]],
    ['embeddings.patch_embeddings.projection.weight', [hidden, channelCount, patchSize, patchSize]],
    ['embeddings.patch_embeddings.projection.bias', [hidden]],
    ...encoderShapes(vitLayout(config)),
  ]);
}
