import { poolerShapes } from '#shared/model/families/bert/bert-tensors.ts';
import { defineFamily } from '#shared/model/families/model-family.ts';
import { patchCount } from '#shared/model/families/parts/image-geometry.ts';
import { patchEmbedding } from '#shared/model/families/parts/patch-embedding.ts';
import { parseViT, type ViTConfig, vitConfigSchema } from './vit-config.ts';
import { vitLayout } from './vit-layout.ts';
import { VIT_CHECKPOINT, VIT_PEFT } from './vit-names.ts';
import { vitTensorShapes } from './vit-tensors.ts';
import { vitTransformersConfig } from './vit-transformers.ts';

const LEARNED_TOKENS = ['cls_token'];

/** Vision transformers of images cut into patches. */
export const VIT = defineFamily<ViTConfig>({
  name: 'vit',
  configSchema: vitConfigSchema('vit'),
  parse: (files) => parseViT('vit', files),
  deviceParts: ['embeddings.'],
  checkpoint: { prefix: 'vit.', ...VIT_CHECKPOINT },
  peft: {
    baseModelClass: 'ViTModel',
    library: 'transformers.models.vit.modeling_vit',
    ...VIT_PEFT,
  },
  describe: (config) => ({
    layout: vitLayout(config),
    input: {
      kind: 'image',
      images: config,
      tokens: LEARNED_TOKENS.length + patchCount(config),
      // The dense layer of the patches.
      flopsPerValue: 2 * config.channelCount * config.patchSize ** 2,
      embedding: (tensors) => patchEmbedding(config, tensors, LEARNED_TOKENS),
    },
    tensors: () => vitTensorShapes(config, LEARNED_TOKENS),
    poolerTensors: () => poolerShapes(config),
    transformersConfig: () => vitTransformersConfig(config),
  }),
});
