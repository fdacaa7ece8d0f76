import type { TransformersConfig } from '#shared/model/families/model-family.ts';
import { encoderFields } from '#shared/model/families/parts/transformers-fields.ts';
import type { ModernBertConfig } from './modernbert-config.ts';

/** Fields of transformers' config of a ModernBERT, see `transformersConfig`. */
export function modernBertTransformersConfig(config: ModernBertConfig): TransformersConfig {
  const { biases, isLocal, rotaryBases } = config;
  const rotary = (base: number) => ({ rope_type: 'default', rope_theta: base });
  return {
    ...encoderFields(config),
    norm_eps: config.layerNormEpsilon,
    hidden_activation: 'gelu',
    max_position_embeddings: config.maximumTokens,
    // transformers states the whole window, which is twice the largest distance.
    local_attention: 2 * config.window,
    layer_types: isLocal.map((local) => (local ? 'sliding_attention' : 'full_attention')),
    rope_parameters: {
      full_attention: rotary(rotaryBases.full),
      sliding_attention: rotary(rotaryBases.local),
    },
    attention_bias: biases.attention,
    mlp_bias: biases.feedForward,
    norm_bias: biases.norms,
    attention_dropout: 0,
    embedding_dropout: 0,
    mlp_dropout: 0,
    vocab_size: 1,
    pad_token_id: 0,
    bos_token_id: 0,
    eos_token_id: 0,
    cls_token_id: 0,
    sep_token_id: 0,
  };
}
