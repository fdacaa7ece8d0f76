import type { ModelConfig } from '#shared/model/families/model-config.ts';

/** Sizes of a model that determine the encoder's operations. */
export type EncoderSize = Pick<ModelConfig, 'hiddenSize' | 'intermediateSize' | 'layerCount'>;

/** Size of one mini-batch in the encoder: sequences, and tokens of each. */
export interface BatchExtent {
  readonly sequences: number;
  readonly tokens: number;
}

/**
 * Floating point operations of one forward pass through the encoder, two per multiply-add: in every layer the
 * four projections and two dense layers for each token, and the two products of attention, which grow with
 * the square of the length.
 */
export function encoderForwardFlops(config: EncoderSize, { sequences, tokens }: BatchExtent): number {
  const { hiddenSize, intermediateSize, layerCount } = config;
  const densePerToken = 4 * hiddenSize * hiddenSize + 2 * hiddenSize * intermediateSize;
  const attentionPerToken = 2 * tokens * hiddenSize;
  return 2 * layerCount * sequences * tokens * (densePerToken + attentionPerToken);
}

/**
 * Floating point operations of the backward pass to LoRA with frozen weights: each dense product once,
 * transposed (frozen weights need no gradient), and the two products of attention twice.
 */
export function encoderBackwardFlops(config: EncoderSize, { sequences, tokens }: BatchExtent): number {
  const attention = 4 * config.layerCount * sequences * tokens * tokens * config.hiddenSize;
  return encoderForwardFlops(config, { sequences, tokens }) + attention;
}
