import * as z from 'zod';
import { COMMON_CONFIG, count, layers } from '#shared/model/families/model-config.ts';
import type { ConfigFiles } from '#shared/model/families/model-family.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';

/** A BERT encoder: post-LayerNorm, erf GELU, learned absolute positions. */
export const bertConfigSchema = z.strictObject({
  family: z.literal('bert'),
  ...COMMON_CONFIG,
  vocabularySize: count,
  maximumTokens: count,
  tokenTypeCount: count,
});

export type BertConfig = Readonly<z.infer<typeof bertConfigSchema>>;

/** Schema of a BERT config.json that this project supports. Other keys do not affect the result. */
const huggingFaceBertSchema = z.object({
  hidden_size: count,
  num_hidden_layers: layers,
  num_attention_heads: count,
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count,
  type_vocab_size: count.default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.literal('gelu').default('gelu'),
  position_embedding_type: z.literal('absolute').nullish(),
  is_decoder: z.literal(false).nullish(),
  add_cross_attention: z.literal(false).nullish(),
});

/** Reads the config.json of a BERT. Throws a ModelError with the file and the unsupported value. */
export function parseBert({ config: { value, subject } }: ConfigFiles): BertConfig {
  const raw = requireValid(huggingFaceBertSchema, value, subject);
  return {
    family: 'bert',
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
