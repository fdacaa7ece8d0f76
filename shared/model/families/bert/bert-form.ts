import * as z from 'zod';
import { count, layers } from '#shared/model/families/model-config.ts';

/**
 * Keys of config.json, other than sizes, that BERT and the families derived from it share. The schema accepts
 * only the form that is implemented: erf GELU, absolute positions, an encoder.
 */
export const BERT_FORM_KEYS = {
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.literal('gelu').default('gelu'),
  position_embedding_type: z.literal('absolute').nullish(),
  is_decoder: z.literal(false).nullish(),
  add_cross_attention: z.literal(false).nullish(),
} as const;

const formSchema = z.object({
  hidden_size: count,
  num_hidden_layers: layers,
  num_attention_heads: count,
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count,
  type_vocab_size: count,
  ...BERT_FORM_KEYS,
});

/**
 * Returns the sizes and the epsilon of the layer norms that a validated config.json of BERT's form states.
 */
export function bertSizes(raw: Readonly<z.output<typeof formSchema>>) {
  return {
    hiddenSize: raw.hidden_size,
    layerCount: raw.num_hidden_layers,
    headCount: raw.num_attention_heads,
    intermediateSize: raw.intermediate_size,
    layerNormEpsilon: raw.layer_norm_eps,
    vocabularySize: raw.vocab_size,
    maximumTokens: raw.max_position_embeddings,
    tokenTypeCount: raw.type_vocab_size,
  };
}
