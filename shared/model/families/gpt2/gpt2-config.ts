import * as z from 'zod';
import { COMMON_CONFIG, count, layers } from '#shared/model/families/model-config.ts';
import type { ConfigFiles } from '#shared/model/families/model-family.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';

/**
 * Config of a GPT-2 decoder: learned positions, norms before the sublayers, and one dense layer that computes
 * queries, keys and values.
 */
export const gpt2ConfigSchema = z.strictObject({
  family: z.literal('gpt2'),
  ...COMMON_CONFIG,
  vocabularySize: count,
  maximumTokens: count,
  activation: z.enum(['gelu', 'gelu-tanh']),
});

export type Gpt2Config = Readonly<z.infer<typeof gpt2ConfigSchema>>;

/**
 * Schema of a GPT-2 config.json that this project supports. Other keys are ignored, because they do not
 * change the features.
 */
const huggingFaceGpt2Schema = z.object({
  n_embd: count.default(768),
  n_layer: layers.default(12),
  n_head: count.default(12),
  n_inner: count.nullish(),
  vocab_size: count.default(50_257),
  n_positions: count.default(1024),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  activation_function: z.enum(['gelu_new', 'gelu_pytorch_tanh', 'gelu']).default('gelu_new'),
  scale_attn_weights: z.literal(true).default(true),
  scale_attn_by_inverse_layer_idx: z.literal(false).nullish(),
  add_cross_attention: z.literal(false).nullish(),
});

/** Reads the config.json of a GPT-2. Throws a ModelError with the file and the unsupported value. */
export function parseGpt2({ config: { value, subject } }: ConfigFiles): Gpt2Config {
  const raw = requireValid(huggingFaceGpt2Schema, value, subject);
  return {
    family: 'gpt2',
    hiddenSize: raw.n_embd,
    layerCount: raw.n_layer,
    headCount: raw.n_head,
    intermediateSize: raw.n_inner ?? 4 * raw.n_embd,
    layerNormEpsilon: raw.layer_norm_epsilon,
    vocabularySize: raw.vocab_size,
    maximumTokens: raw.n_positions,
    activation: raw.activation_function === 'gelu' ? 'gelu' : 'gelu-tanh',
  };
}
