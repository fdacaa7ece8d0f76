import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { TransformersConfig } from '#shared/model/families/model-family.ts';

/** The fields that transformers' configs of most families have in common, see `transformersConfig`. */
export function encoderFields(config: ModelConfig): TransformersConfig {
  return {
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layerCount,
    num_attention_heads: config.headCount,
    intermediate_size: config.intermediateSize,
  };
}
