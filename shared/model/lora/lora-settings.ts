/** Low-rank adaptation of dense layers: W x becomes W x + (alpha / rank) B A x, with only A and B trained. */
export interface LoraSettings {
  /** Inner dimension r of every pair, at least 1. */
  readonly rank: number;
  /** Numerator of the scaling alpha / rank. */
  readonly alpha: number;
  /** Dense layers to adapt, by the last part of their names, in every layer of the encoder. */
  readonly targets: readonly string[];
}

/** Layers LoRA can sit on: the projections of self-attention, and the pooler's dense layer. */
export const LORA_TARGETS = ['query', 'key', 'value', 'pooler.dense'] as const;

/** Factor on the low-rank product, alpha / rank. */
export function loraScaling(settings: LoraSettings): number {
  return settings.alpha / settings.rank;
}
