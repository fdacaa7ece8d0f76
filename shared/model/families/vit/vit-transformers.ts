import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { TransformersConfig } from '#shared/model/families/model-family.ts';

/** Fields of transformers' config of ViT and DeiT, see `transformersConfig`. */
export function vitTransformersConfig(config: ModelConfig): TransformersConfig {
  return {
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layerCount,
    num_attention_heads: config.headCount,
    intermediate_size: config.intermediateSize,
    layer_norm_eps: config.layerNormEpsilon,
    hidden_act: 'gelu',
    image_size: 1,
    patch_size: 1,
    num_channels: 1,
  };
}
