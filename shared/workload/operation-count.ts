import { attentionWidths, encoderDenseLayers } from '#shared/model/engine/layout/dense-layers.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';

/** Size of one mini-batch in the encoder: sequences, and tokens of each. */
export interface BatchExtent {
  readonly sequences: number;
  readonly tokens: number;
}

/**
 * Floating point operations of one forward pass through the encoder, two per multiply-add: every dense layer
 * of the model's family for each token, and the two products of attention, which grow with the square of the
 * length. Engines mask the scores that causal and local attention leave out, so they are counted. Left out
 * are the pooler, norms, activations and rotations, which do not grow with the square of the width.
 */
export function encoderForwardFlops(config: ModelConfig, { sequences, tokens }: BatchExtent): number {
  const { layout } = describeModel(config);
  const densePerToken = encoderDenseLayers(layout).reduce(
    (sum, { inputs, outputs }) => sum + inputs * outputs,
    0,
  );
  const attentionPerToken = 2 * tokens * attentionWidths(layout).query * layout.layers.length;
  return 2 * sequences * tokens * (densePerToken + attentionPerToken);
}

/**
 * Floating point operations of the backward pass to LoRA with frozen weights: each dense product once,
 * transposed (frozen weights need no gradient), and the two products of attention twice.
 */
export function encoderBackwardFlops(config: ModelConfig, { sequences, tokens }: BatchExtent): number {
  const { layout } = describeModel(config);
  const attention = 4 * sequences * tokens * tokens * attentionWidths(layout).query * layout.layers.length;
  return encoderForwardFlops(config, { sequences, tokens }) + attention;
}
