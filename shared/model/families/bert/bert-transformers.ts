import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { TransformersConfig } from '#shared/model/families/model-family.ts';
import { encoderFields } from '#shared/model/families/parts/transformers-fields.ts';

/** Fields of transformers' config of BERT and of families with the same form, see `transformersConfig`. */
export function bertTransformersConfig(config: ModelConfig): TransformersConfig {
  return {
    ...encoderFields(config),
    layer_norm_eps: config.layerNormEpsilon,
    hidden_act: 'gelu',
    vocab_size: 1,
    max_position_embeddings: 1,
    type_vocab_size: 1,
    pad_token_id: 0,
  };
}
