import type { ModelConfig } from '#shared/model/families/model-config.ts';

/** What of a model decides how much its encoder computes. */
export type EncoderSize = Pick<ModelConfig, 'hiddenSize' | 'intermediateSize' | 'layerCount'>;

/** Extent of one mini-batch inside the encoder. */
export interface BatchExtent {
  readonly sequences: number;
  readonly tokens: number;
}

/**
 * Floating point operations of one forward pass through the encoder, two per multiply-add: the four projections and
 * two dense layers of every layer on every token, and attention's two products, which grow with the square of length.
 */
export function encoderForwardFlops(config: EncoderSize, { sequences, tokens }: BatchExtent): number {
  const { hiddenSize, intermediateSize, layerCount } = config;
  const densePerToken = 4 * hiddenSize * hiddenSize + 2 * hiddenSize * intermediateSize;
  const attentionPerToken = 2 * tokens * hiddenSize;
  return 2 * layerCount * sequences * tokens * (densePerToken + attentionPerToken);
}

/**
 * Of the backward pass to LoRA with frozen weights: each dense product once, transposed (there is no gradient of a
 * frozen weight), and attention's two products twice.
 */
export function encoderBackwardFlops(config: EncoderSize, { sequences, tokens }: BatchExtent): number {
  const attention = 4 * config.layerCount * sequences * tokens * tokens * config.hiddenSize;
  return encoderForwardFlops(config, { sequences, tokens }) + attention;
}
