import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { ImageBatch, TokenBatch } from '#shared/model/families/model-input.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import type { ModelPart } from '#shared/model/split-model.ts';

/** Embeds a batch of tokens with a model's device part. */
export function embedTokens({ config, tensors }: ModelPart, batch: TokenBatch): EmbeddedBatch {
  const { input } = describeModel(config);
  if (input.kind !== 'text') throw new TypeError(`family ${config.family} takes no texts`);
  return input.embedding(tensors)(batch);
}

/** Embeds a batch of images with a model's device part. */
export function embedImages({ config, tensors }: ModelPart, images: ImageBatch): EmbeddedBatch {
  const { input } = describeModel(config);
  if (input.kind !== 'image') throw new TypeError(`family ${config.family} takes no images`);
  return input.embedding(tensors)(images);
}
