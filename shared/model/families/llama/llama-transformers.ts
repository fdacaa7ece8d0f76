import type { TransformersConfig } from '#shared/model/families/model-family.ts';
import { encoderFields } from '#shared/model/families/parts/transformers-fields.ts';
import type { LlamaConfig } from './llama-config.ts';

/** Fields of transformers' config of Llama and of families with the same form, see `transformersConfig`. */
export function llamaTransformersConfig(config: LlamaConfig): TransformersConfig {
  const { biases } = config;
  return {
    ...encoderFields(config),
    num_key_value_heads: config.keyValueHeadCount,
    head_dim: config.headWidth,
    rms_norm_eps: config.layerNormEpsilon,
    hidden_act: 'silu',
    max_position_embeddings: config.maximumTokens,
    rope_parameters: { rope_type: 'default', rope_theta: config.rotaryBase },
    attention_bias: biases.projections || biases.attentionOutput,
    mlp_bias: biases.feedForward,
    // `parseLlama` has refused every sliding window that would have an effect.
    sliding_window: null,
    use_sliding_window: false,
    vocab_size: 1,
    bos_token_id: 0,
    eos_token_id: 0,
    pad_token_id: 0,
  };
}
