import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '#shared/errors.ts';
import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { selfAttention } from './attention.ts';
import type { PaddingMasks } from './encoder-stage.ts';
import { feedForward } from './feed-forward.ts';
import { dense, layerNorm, rmsNorm, type TfLora, type TfTensors } from './transformer-ops.ts';

/**
 * Score of padding. Its magnitude is so large that the softmax gives exactly zero, and small enough that sums
 * stay finite.
 */
const MASKED_SCORE = -1e9;

/**
 * Masks for sequences that are padded at the end to `tokens`.
 *
 * @param lengths Number of real tokens of each sequence.
 */
export function paddingMasks(lengths: Int32Array, tokens: number): PaddingMasks {
  const real = new Float32Array(lengths.length * tokens);
  const last = new Float32Array(lengths.length * tokens);
  for (const [row, length] of lengths.entries()) {
    real.fill(1, row * tokens, row * tokens + length);
    last[row * tokens + length - 1] = 1;
  }
  const additive = real.map((value) => (value === 1 ? 0 : MASKED_SCORE));
  return {
    additive: tf.tensor(additive, [lengths.length, 1, 1, tokens]),
    real: tf.tensor(real, [lengths.length, tokens, 1]),
    last: tf.tensor(last, [lengths.length, tokens, 1]),
  };
}

/**
 * One encoder layer. Input and output are hidden states, [batch, tokens, hidden].
 *
 * @param weights Kernels as [inputs, outputs]. Weights that are variables can be trained.
 */
export function encoderLayer(
  layout: EncoderLayout,
  layer: LayerLayout,
  weights: TfTensors,
  input: tf.Tensor,
  masks: PaddingMasks,
  lora?: TfLora,
): tf.Tensor {
  const [batch, tokens] = input.shape;
  const residual = (x: tf.Tensor, name: string | undefined, part: (h: tf.Tensor) => tf.Tensor) =>
    layout.normPlacement === 'after'
      ? norm(layout, weights, tf.add(part(x), x), name)
      : tf.add(part(norm(layout, weights, x, name)), x);
  const mask = layerMask(layout, layer, masks, tokens);
  const x = tf.reshape(input, [batch * tokens, layout.hiddenSize]);
  const mixed = residual(x, layer.attentionNorm, (h) =>
    selfAttention(layout, layer, weights, h, { batch, tokens }, mask, lora),
  );
  const output = residual(mixed, layer.outputNorm, (h) => feedForward(layout, layer, weights, h, lora));
  return tf.reshape(output, input.shape);
}

/** Added to scores [batch, heads, queries, tokens]: 0 for tokens that the query sees. */
function layerMask(
  { mask }: EncoderLayout,
  { window }: LayerLayout,
  { additive }: PaddingMasks,
  tokens: number,
): tf.Tensor | undefined {
  if (mask === 'none') return undefined;
  if (mask === 'padding' && window === undefined) return additive;
  const unseen = Float32Array.from({ length: tokens * tokens }, (_, index) => {
    const query = Math.floor(index / tokens);
    const token = index % tokens;
    const isLater = mask === 'causal' && token > query;
    return isLater || Math.abs(token - query) > (window ?? tokens) ? MASKED_SCORE : 0;
  });
  return tf.add(additive, tf.tensor(unseen, [1, 1, tokens, tokens]));
}

/** The model's norm of this name over the last axis; without a name, the input. */
function norm(layout: EncoderLayout, weights: TfTensors, x: tf.Tensor, name: string | undefined): tf.Tensor {
  if (name === undefined) return x;
  return layout.norm === 'layer'
    ? layerNorm(x, name, weights, layout.normEpsilon)
    : rmsNorm(x, name, weights, layout.normEpsilon);
}

/**
 * The norm after the last layer, if the model has one. Input and output are hidden states, [batch, tokens,
 * hidden].
 */
export function finalNorm(layout: EncoderLayout, weights: TfTensors, hidden: tf.Tensor): tf.Tensor {
  return norm(layout, weights, hidden, layout.finalNorm);
}

/**
 * Features [batch, hidden] of the last hidden states [batch, tokens, hidden]; of kind `tokens`, all states
 * with those of padding, [batch * tokens, hidden].
 */
export function encoderFeatures(
  kind: FeatureKind,
  layout: EncoderLayout,
  weights: TfTensors,
  hidden: tf.Tensor,
  masks: PaddingMasks,
  lora?: TfLora,
): tf.Tensor {
  const [batch, , width] = hidden.shape;
  const firstToken = () => tf.reshape(tf.slice(hidden, [0, 0, 0], [batch, 1, width]), [batch, width]);
  switch (kind) {
    case 'first-token':
      return firstToken();
    case 'last-token':
      return tf.sum(tf.mul(hidden, masks.last), 1);
    case 'pooled':
      if (layout.pooler === undefined) throw new ModelError('has no pooler.', { subject: 'model' });
      return tf.tanh(dense(firstToken(), layout.pooler, weights, lora));
    case 'tokens':
      return tf.reshape(hidden, [-1, width]);
    case 'mean':
      return tf.div(tf.sum(tf.mul(hidden, masks.real), 1), tf.sum(masks.real, 1));
  }
}

/**
 * An encoder on the backend. TensorFlow.js can differentiate it with respect to any of its tensors: LoRA, or
 * the weights themselves, to pre-train a model.
 *
 * @param weights The encoder's tensors under canonical names, kernels as [inputs, outputs] (see
 *   `uploadWeights`).
 * @param embeddings Embedding output, [batch, tokens, hidden].
 * @returns The last hidden states, [batch, tokens, hidden].
 */
export function encoderForward(
  layout: EncoderLayout,
  weights: TfTensors,
  embeddings: tf.Tensor,
  masks: PaddingMasks,
  lora?: TfLora,
): tf.Tensor {
  const hidden = layout.layers.reduce(
    (states, layer) => encoderLayer(layout, layer, weights, states, masks, lora),
    embeddings,
  );
  return finalNorm(layout, weights, hidden);
}
