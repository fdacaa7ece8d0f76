import { poolerShapes } from '#shared/model/families/bert/bert-tensors.ts';
import { defineFamily, type ModelFamily } from '#shared/model/families/model-family.ts';
import { patchCount } from '#shared/model/families/parts/image-geometry.ts';
import { patchEmbedding } from '#shared/model/families/parts/patch-embedding.ts';
import { modelingLibrary } from '#shared/model/families/parts/peft-names.ts';
import { parseViT, type ViTConfig, type ViTName, vitAtImageSize, vitConfigSchema } from './vit-config.ts';
import { vitLayout } from './vit-layout.ts';
import { VIT_CHECKPOINT, VIT_PEFT } from './vit-names.ts';
import { VIT_POSITIONS, vitTensorShapes } from './vit-tensors.ts';
import { vitTransformersConfig } from './vit-transformers.ts';

/**
 * A family with ViT's form: the tokens of an image are learned tokens, then its patches.
 *
 * @param baseModelClass Class of the bare model in transformers.
 * @param learnedTokens Names of the learned tokens, in their order before the patches.
 */
export function vitFamily(
  name: ViTName,
  baseModelClass: string,
  learnedTokens: readonly string[],
): ModelFamily {
  return defineFamily<ViTConfig<ViTName>>({
    name,
    configSchema: vitConfigSchema(name),
    parse: (files) => parseViT(name, files),
    deviceParts: ['embeddings.'],
    checkpoint: { prefix: `${name}.`, ...VIT_CHECKPOINT },
    peft: { baseModelClass, library: modelingLibrary(name), ...VIT_PEFT },
    describe: (config) => ({
      layout: vitLayout(config),
      input: {
        kind: 'image',
        images: config,
        positions: VIT_POSITIONS,
        atImageSize: (imageSize) => vitAtImageSize(config, imageSize),
        tokens: learnedTokens.length + patchCount(config),
        // The dense layer of the patches.
        flopsPerValue: 2 * config.channelCount * config.patchSize ** 2,
        embedding: (tensors) => patchEmbedding(config, tensors, learnedTokens),
      },
      tensors: () => vitTensorShapes(config, learnedTokens),
      poolerTensors: () => poolerShapes(config),
      transformersConfig: () => vitTransformersConfig(config),
    }),
  });
}

/** ViT: one learned token before the patches. */
export const VIT = vitFamily('vit', 'ViTModel', ['cls_token']);
