import * as z from 'zod';

/** Layers that LoRA can be added to: the projections of self-attention, and the pooler's dense layer. */
export const LORA_TARGETS = ['query', 'key', 'value', 'pooler.dense'] as const;

/** Low-rank adaptation of dense layers: W x becomes W x + (alpha / rank) B A x. Only A and B are trained. */
export const loraSettings = z.strictObject({
  rank: z.int().positive().max(65_536).default(8).describe('LoRA rank r, the inner dimension of every pair'),
  alpha: z.number().min(1e-9).max(1e9).default(16).describe('LoRA scaling is alpha / r'),
  targets: z
    .array(z.enum(LORA_TARGETS))
    .min(1)
    .readonly()
    .default([...LORA_TARGETS])
    .describe('dense layers to adapt, by the last part of their names, in every layer of the encoder'),
});

/**
 * LoRA settings for library functions: parsed settings, or the settings of an adapter, whose targets may have
 * any names.
 */
export type LoraSettings = Omit<z.output<typeof loraSettings>, 'targets'> & {
  readonly targets: readonly string[];
};

/** Scaling factor of the low-rank product, alpha / rank. */
export function loraScaling(settings: LoraSettings): number {
  return settings.alpha / settings.rank;
}
