import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { BERT_FORM_KEYS, bertSizes } from '#shared/model/families/bert/bert-form.ts';
import { COMMON_CONFIG, count, layers } from '#shared/model/families/model-config.ts';
import type { ConfigFiles } from '#shared/model/families/model-family.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';

/** Families with RoBERTa's form, by Hugging Face's `model_type`. */
export type RobertaName = 'roberta' | 'xlm-roberta' | 'camembert';

/**
 * Schema of the config of a RoBERTa encoder: BERT's form, but positions are counted from the padding token's
 * id + 1.
 */
export function robertaConfigSchema<Name extends RobertaName>(name: Name) {
  return z.strictObject({
    family: z.literal(name),
    ...COMMON_CONFIG,
    vocabularySize: count,
    maximumTokens: count,
    tokenTypeCount: count,
    paddingId: z.int().nonnegative(),
  });
}

export type RobertaConfig = Readonly<z.infer<ReturnType<typeof robertaConfigSchema<RobertaName>>>>;

/**
 * Schema of a RoBERTa config.json that this project supports. Other keys are ignored, because they do not
 * change the features.
 */
const huggingFaceRobertaSchema = z.object({
  hidden_size: count.default(768),
  num_hidden_layers: layers.default(12),
  num_attention_heads: count.default(12),
  intermediate_size: count.default(3072),
  vocab_size: count,
  max_position_embeddings: count.default(512),
  type_vocab_size: count.default(2),
  pad_token_id: z.int().nonnegative().default(1),
  ...BERT_FORM_KEYS,
});

/** Reads the config.json of a RoBERTa. Throws a ModelError with the file and the unsupported value. */
export function parseRoberta(
  family: RobertaName,
  { config: { value, subject } }: ConfigFiles,
): RobertaConfig {
  const raw = requireValid(huggingFaceRobertaSchema, value, subject);
  const maximumTokens = raw.max_position_embeddings - raw.pad_token_id - 1;
  if (maximumTokens < 1) {
    throw new ModelError(
      `max_position_embeddings ${raw.max_position_embeddings} leaves no position behind pad_token_id ${raw.pad_token_id}.`,
      { subject, remedy: 'Correct the file.' },
    );
  }
  return {
    family,
    ...bertSizes(raw),
    maximumTokens,
    paddingId: raw.pad_token_id,
  };
}
