import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { parseViT, vitConfigSchema } from '#shared/model/vit/vit-config.ts';
import { requireValid } from './require-valid.ts';

const count = z.int().positive();

/** A BERT encoder: post-LayerNorm, erf GELU, learned absolute positions. */
const bertConfigSchema = z.strictObject({
  family: z.literal('bert'),
  hiddenSize: count,
  layerCount: count,
  headCount: count,
  intermediateSize: count,
  layerNormEpsilon: z.number().positive(),
  vocabularySize: count,
  maximumTokens: count,
  tokenTypeCount: count,
});

/** What is known of a model besides its weights, in the project's own words; `family` tells the variants apart. */
export const modelConfigSchema = z.discriminatedUnion('family', [bertConfigSchema, vitConfigSchema]);

export type BertConfig = Readonly<z.infer<typeof bertConfigSchema>>;
export type ModelConfig = Readonly<z.infer<typeof modelConfigSchema>>;

/** What a BERT config.json must say for this project to run it; other keys do not change the numbers. */
const huggingFaceBertSchema = z.object({
  hidden_size: count,
  num_hidden_layers: count,
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

function requireDivisible(config: ModelConfig, subject: string): ModelConfig {
  if (config.hiddenSize % config.headCount === 0) return config;
  throw new ModelError(
    `hidden_size ${config.hiddenSize} is not a multiple of num_attention_heads ${config.headCount}.`,
    { subject, remedy: 'Correct the file.' },
  );
}

function parseBert(value: unknown, subject: string): BertConfig {
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

/** A parsed JSON file, and what to call it in errors. */
export interface JsonFile {
  readonly value: unknown;
  readonly subject: string;
}

type ConfigParser = (value: unknown, subject: string, preprocessor: JsonFile | undefined) => ModelConfig;

const PARSERS: Readonly<Record<ModelConfig['family'], ConfigParser>> = {
  bert: parseBert,
  vit: (value, subject, preprocessor) => {
    if (preprocessor !== undefined) return parseViT(value, subject, preprocessor);
    throw new ModelError('describes a ViT, but how to prepare its images is not said.', {
      subject,
      remedy: 'Put the preprocessor_config.json that came with the model beside it.',
    });
  },
};

function isFamily(name: string): name is ModelConfig['family'] {
  return Object.hasOwn(PARSERS, name);
}

/**
 * Reads the contents of a Hugging Face config.json.
 *
 * @param value The parsed JSON.
 * @param subject What to call the file in errors.
 * @param preprocessor The preprocessor_config.json of a model of images.
 * @throws {@link ModelError} for a model type, activation or kind of positions that is not supported.
 */
export function parseModelConfig(value: unknown, subject: string, preprocessor?: JsonFile): ModelConfig {
  const { model_type: family } = requireValid(z.object({ model_type: z.string() }), value, subject);
  if (!isFamily(family)) {
    throw new ModelError(`model_type ${family} is not supported.`, {
      subject,
      remedy: `Use a model of type ${Object.keys(PARSERS).join(' or ')}.`,
    });
  }
  return requireDivisible(PARSERS[family](value, subject, preprocessor), subject);
}
