import { poolerShapes } from '#shared/model/families/bert/bert-tensors.ts';
import { defineFamily } from '#shared/model/families/model-family.ts';
import { patchCount } from '#shared/model/families/parts/image-geometry.ts';
import { patchEmbedding } from '#shared/model/families/parts/patch-embedding.ts';
import { parseViT, type ViTConfig, vitConfigSchema } from '#shared/model/families/vit/vit-config.ts';
import { vitLayout } from '#shared/model/families/vit/vit-layout.ts';
import { VIT_CHECKPOINT, VIT_PEFT } from '#shared/model/families/vit/vit-names.ts';
import { vitTensorShapes } from '#shared/model/families/vit/vit-tensors.ts';
import { vitTransformersConfig } from '#shared/model/families/vit/vit-transformers.ts';

const LEARNED_TOKENS = ['cls_token', 'distillation_token'];

/** DeiT: a ViT with a second learned token before the patches, the distillation token. */
export const DEIT = defineFamily<ViTConfig<'deit'>>({
  name: 'deit',
  configSchema: vitConfigSchema('deit'),
  parse: (files) => parseViT('deit', files),
  deviceParts: ['embeddings.'],
  checkpoint: { prefix: 'deit.', ...VIT_CHECKPOINT },
  peft: {
    baseModelClass: 'DeiTModel',
    library: 'transformers.models.deit.modeling_deit',
    ...VIT_PEFT,
  },
  describe: (config) => ({
    layout: vitLayout(config),
    input: {
      kind: 'image',
      images: config,
      tokens: LEARNED_TOKENS.length + patchCount(config),
      flopsPerValue: 2 * config.channelCount * config.patchSize ** 2,
      embedding: (tensors) => patchEmbedding(config, tensors, LEARNED_TOKENS),
    },
    tensors: () => vitTensorShapes(config, LEARNED_TOKENS),
    poolerTensors: () => poolerShapes(config),
    transformersConfig: () => vitTransformersConfig(config),
  }),
});
