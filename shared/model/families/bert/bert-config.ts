import * as z from 'zod';
import { COMMON_CONFIG, count, layers } from '#shared/model/families/model-config.ts';
import type { ConfigFiles } from '#shared/model/families/model-family.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';
import { BERT_FORM_KEYS, bertSizes } from './bert-form.ts';

/** Config of a BERT encoder: LayerNorm after the sublayers, erf GELU, learned absolute positions. */
export const bertConfigSchema = z.strictObject({
  family: z.literal('bert'),
  ...COMMON_CONFIG,
  vocabularySize: count,
  maximumTokens: count,
  tokenTypeCount: count,
});

export type BertConfig = Readonly<z.infer<typeof bertConfigSchema>>;

/**
 * Schema of a BERT config.json that this project supports. Other keys are ignored, because they do not change
 * the features.
 */
const huggingFaceBertSchema = z.object({
  hidden_size: count,
  num_hidden_layers: layers,
  num_attention_heads: count,
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count,
  type_vocab_size: count.default(2),
  ...BERT_FORM_KEYS,
});

/** Reads the config.json of a BERT. Throws a ModelError with the file and the unsupported value. */
export function parseBert({ config: { value, subject } }: ConfigFiles): BertConfig {
  const raw = requireValid(huggingFaceBertSchema, value, subject);
  return { family: 'bert', ...bertSizes(raw) };
}
