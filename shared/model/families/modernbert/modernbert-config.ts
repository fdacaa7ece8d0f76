import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { COMMON_CONFIG, count, layers } from '#shared/model/families/model-config.ts';
import type { ConfigFiles } from '#shared/model/families/model-family.ts';
import { requireEvenHeads, rotaryOfLayers } from '#shared/model/families/parts/rotary-settings.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';

/**
 * Config of a ModernBERT encoder: rotary positions, layers with full and with local attention, GeGLU, few
 * biases.
 */
export const modernBertConfigSchema = z.strictObject({
  family: z.literal('modernbert'),
  ...COMMON_CONFIG,
  vocabularySize: count,
  maximumTokens: count,
  /** Largest distance, in tokens, over which a token attends to another in a local layer. */
  window: z.int().nonnegative(),
  /** For each layer, whether its attention is local; otherwise it is full. */
  isLocal: z.array(z.boolean()).readonly(),
  rotaryBases: z.strictObject({ full: z.number().positive(), local: z.number().positive() }),
  biases: z.strictObject({ attention: z.boolean(), feedForward: z.boolean(), norms: z.boolean() }),
});

export type ModernBertConfig = Readonly<z.infer<typeof modernBertConfigSchema>>;

const flag = z.boolean().default(false);

/**
 * Schema of a ModernBERT config.json that this project supports. Other keys are ignored, because they do not
 * change the features.
 */
const huggingFaceModernBertSchema = z.object({
  hidden_size: count.default(768),
  num_hidden_layers: layers.default(22),
  num_attention_heads: count.default(12),
  intermediate_size: count.default(1152),
  vocab_size: count.default(50_368),
  max_position_embeddings: count.default(8192),
  norm_eps: z.number().positive().default(1e-5),
  hidden_activation: z.literal('gelu').default('gelu'),
  norm_bias: flag,
  attention_bias: flag,
  mlp_bias: flag,
  local_attention: count.default(128),
  global_attn_every_n_layers: count.default(3),
  layer_types: z.array(z.enum(['full_attention', 'sliding_attention'])).nullish(),
  rope_parameters: z.object({ full_attention: rotaryOfLayers, sliding_attention: rotaryOfLayers }).nullish(),
  global_rope_theta: z.number().positive().default(160_000),
  local_rope_theta: z.number().positive().nullish(),
  rope_scaling: z.null({ error: 'scaling of rotary positions is not supported' }).optional(),
});

/** Reads the config.json of a ModernBERT. Throws a ModelError with the file and the unsupported value. */
export function parseModernBert({ config: { value, subject } }: ConfigFiles): ModernBertConfig {
  const raw = requireValid(huggingFaceModernBertSchema, value, subject);
  requireEvenHeads(raw.hidden_size / raw.num_attention_heads, subject);
  const isLocal =
    raw.layer_types?.map((type) => type === 'sliding_attention') ??
    Array.from({ length: raw.num_hidden_layers }, (_, index) => index % raw.global_attn_every_n_layers > 0);
  if (isLocal.length !== raw.num_hidden_layers) {
    throw new ModelError(
      `layer_types: ${isLocal.length} entries for num_hidden_layers ${raw.num_hidden_layers}.`,
      { subject, remedy: 'Correct the file.' },
    );
  }
  return {
    family: 'modernbert',
    hiddenSize: raw.hidden_size,
    layerCount: raw.num_hidden_layers,
    headCount: raw.num_attention_heads,
    intermediateSize: raw.intermediate_size,
    layerNormEpsilon: raw.norm_eps,
    vocabularySize: raw.vocab_size,
    maximumTokens: raw.max_position_embeddings,
    window: Math.floor(raw.local_attention / 2),
    isLocal,
    rotaryBases: {
      full: raw.rope_parameters?.full_attention?.rope_theta ?? raw.global_rope_theta,
      local: raw.rope_parameters?.sliding_attention?.rope_theta ?? raw.local_rope_theta ?? 10_000,
    },
    biases: { attention: raw.attention_bias, feedForward: raw.mlp_bias, norms: raw.norm_bias },
  };
}
