import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { COMMON_CONFIG, count, layers } from '#shared/model/families/model-config.ts';
import type { ConfigFiles } from '#shared/model/families/model-family.ts';
import { ROTARY_KEYS, requireEvenHeads, rotaryBase } from '#shared/model/families/parts/rotary-settings.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';

/** Families with Llama's form, by Hugging Face's `model_type`. */
export type LlamaName = 'llama' | 'mistral' | 'qwen2' | 'qwen3';

/**
 * Schema of the config of a decoder with Llama's form: RMSNorm before the sublayers, rotary positions, key
 * and value heads that several query heads share, and a gated feed-forward sublayer with SiLU.
 */
export function llamaConfigSchema<Name extends LlamaName>(name: Name) {
  return z.strictObject({
    family: z.literal(name),
    ...COMMON_CONFIG,
    vocabularySize: count,
    maximumTokens: count,
    keyValueHeadCount: count,
    headWidth: z.number().positive(),
    rotaryBase: z.number().positive(),
    biases: z.strictObject({
      projections: z.boolean(),
      attentionOutput: z.boolean(),
      feedForward: z.boolean(),
    }),
    /** Whether an RMSNorm is applied to the queries and keys of each head. */
    headNorms: z.boolean(),
  });
}

export type LlamaConfig = Readonly<z.infer<ReturnType<typeof llamaConfigSchema<LlamaName>>>>;

const flag = z.boolean().nullish();

/**
 * Schema of a supported config.json of Llama's form. Other keys are ignored, because they do not change the
 * features.
 */
const huggingFaceLlamaSchema = z.object({
  hidden_size: count,
  num_hidden_layers: layers,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count,
  rms_norm_eps: z.number().positive().default(1e-6),
  hidden_act: z.literal('silu').default('silu'),
  attention_bias: flag,
  mlp_bias: flag,
  sliding_window: count.nullish(),
  use_sliding_window: flag,
  layer_types: z
    .array(
      z.literal('full_attention', {
        error: ({ input }) => `${JSON.stringify(input)} is not supported, only full_attention`,
      }),
    )
    .nullish(),
  ...ROTARY_KEYS,
});

type HuggingFaceLlama = z.output<typeof huggingFaceLlamaSchema>;

/** Properties in which the families of Llama's form differ, and which config.json states only in part. */
export interface LlamaTraits {
  /** Width of a head if config.json has no `head_dim`; undefined means hidden size / number of heads. */
  readonly headWidth?: number;
  /** Which dense layers have biases. */
  biases(raw: HuggingFaceLlama): LlamaConfig['biases'];
  readonly headNorms: boolean;
  /**
   * Whether `sliding_window` has an effect only if `use_sliding_window` is true; otherwise it always has one.
   */
  readonly windowIsOptional: boolean;
}

/** Reads the config.json of a model. Throws a ModelError with the file and the unsupported value. */
export function parseLlama(
  family: LlamaName,
  traits: LlamaTraits,
  { config: { value, subject } }: ConfigFiles,
): LlamaConfig {
  const raw = requireValid(huggingFaceLlamaSchema, value, subject);
  requireNoWindow(raw, traits, subject);
  const heads = raw.num_attention_heads;
  const headWidth = raw.head_dim ?? traits.headWidth ?? raw.hidden_size / heads;
  requireEvenHeads(headWidth, subject);
  return {
    family,
    hiddenSize: raw.hidden_size,
    layerCount: raw.num_hidden_layers,
    headCount: heads,
    keyValueHeadCount: raw.num_key_value_heads ?? heads,
    headWidth,
    intermediateSize: raw.intermediate_size,
    layerNormEpsilon: raw.rms_norm_eps,
    vocabularySize: raw.vocab_size,
    maximumTokens: raw.max_position_embeddings,
    rotaryBase: rotaryBase(raw, 10_000),
    biases: traits.biases(raw),
    headNorms: traits.headNorms,
  };
}

/**
 * Throws a ModelError for a sliding window that is shorter than the longest sequence. Any longer one has no
 * effect on attention.
 */
function requireNoWindow(raw: HuggingFaceLlama, { windowIsOptional }: LlamaTraits, subject: string): void {
  const isUsed = windowIsOptional ? raw.use_sliding_window === true : true;
  const { sliding_window: window, max_position_embeddings: longest } = raw;
  if (!isUsed || window === undefined || window === null || window >= longest) return;
  throw new ModelError(
    `sliding_window: ${window} of ${longest} positions; attention in a sliding window is not supported.`,
    { subject, remedy: 'Use a model with full attention.' },
  );
}
