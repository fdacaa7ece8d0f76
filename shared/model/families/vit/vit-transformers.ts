import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { TransformersConfig } from '#shared/model/families/model-family.ts';
import { encoderFields } from '#shared/model/families/parts/transformers-fields.ts';

/** Fields of transformers' config of ViT and DeiT, see `transformersConfig`. */
export function vitTransformersConfig(config: ModelConfig): TransformersConfig {
  return {
    ...encoderFields(config),
    layer_norm_eps: config.layerNormEpsilon,
    hidden_act: 'gelu',
    image_size: 1,
    patch_size: 1,
    num_channels: 1,
  };
}
