import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { COMMON_CONFIG, count } from '#shared/model/families/model-config.ts';
import type { ConfigFiles } from '#shared/model/families/model-family.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';

/** The encoders of RoBERTa's form, by Hugging Face's `model_type`. */
export type RobertaName = 'roberta' | 'xlm-roberta' | 'camembert';

/** A RoBERTa encoder: BERT's form; positions are counted from behind the padding token's id. */
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

/** What a RoBERTa config.json must say for this project to run it; other keys do not change the numbers. */
const huggingFaceRobertaSchema = z.object({
  hidden_size: count.default(768),
  num_hidden_layers: count.default(12),
  num_attention_heads: count.default(12),
  intermediate_size: count.default(3072),
  vocab_size: count,
  max_position_embeddings: count.default(512),
  type_vocab_size: count.default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.literal('gelu').default('gelu'),
  pad_token_id: z.int().nonnegative().default(1),
  position_embedding_type: z.literal('absolute').nullish(),
  is_decoder: z.literal(false).nullish(),
  add_cross_attention: z.literal(false).nullish(),
});

/** Reads a RoBERTa's config.json. Throws a ModelError naming the file and what is not supported. */
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
    hiddenSize: raw.hidden_size,
    layerCount: raw.num_hidden_layers,
    headCount: raw.num_attention_heads,
    intermediateSize: raw.intermediate_size,
    layerNormEpsilon: raw.layer_norm_eps,
    vocabularySize: raw.vocab_size,
    maximumTokens,
    tokenTypeCount: raw.type_vocab_size,
    paddingId: raw.pad_token_id,
  };
}
