import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { encoderShapes } from '#shared/model/families/parts/encoder-shapes.ts';
import { type ImageExtents, patchCount } from '#shared/model/families/parts/image-geometry.ts';
import type { TensorShapes } from '#shared/model/tensor-shapes.ts';
import { vitLayout } from './vit-layout.ts';

/** The table of learned positions. */
export const VIT_POSITIONS = 'embeddings.position_embeddings';

/**
 * Tensor shapes of ViT and of families with the same form and tensor names, without a pooler.
 *
 * @param learnedTokens Names of the tokens before the patches.
 */
export function vitTensorShapes(
  config: ModelConfig & ImageExtents,
  learnedTokens: readonly string[],
): TensorShapes {
  const { hiddenSize: hidden, patchSize, channelCount } = config;
  const tokens = learnedTokens.length + patchCount(config);
  return new Map([
    ...learnedTokens.map((name): [string, readonly number[]] => [`embeddings.${name}`, [1, 1, hidden]]),
    [VIT_POSITIONS, [1, tokens, hidden]],
    ['embeddings.patch_embeddings.projection.weight', [hidden, channelCount, patchSize, patchSize]],
    ['embeddings.patch_embeddings.projection.bias', [hidden]],
    ...encoderShapes(vitLayout(config)),
  ]);
}
