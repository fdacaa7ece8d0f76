import * as tf from '@tensorflow/tfjs-core';
import type { EncoderLayout, LayerNames } from '#shared/model/engine/encoder-layout.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import type { PaddingMasks } from './encoder-stage.ts';
import { attention, dense, gelu, layerNorm, type TfLora, type TfTensors } from './transformer-ops.ts';

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
  for (const [row, length] of lengths.entries()) real.fill(1, row * tokens, row * tokens + length);
  const additive = real.map((value) => (value === 1 ? 0 : MASKED_SCORE));
  return {
    additive: tf.tensor(additive, [lengths.length, 1, 1, tokens]),
    real: tf.tensor(real, [lengths.length, tokens, 1]),
  };
}

/**
 * One encoder layer. Input and output are hidden states, [batch, tokens, hidden].
 *
 * @param weights Kernels as [inputs, outputs]. Weights that are variables can be trained.
 */
export function encoderLayer(
  layout: EncoderLayout,
  names: LayerNames,
  weights: TfTensors,
  input: tf.Tensor,
  masks: PaddingMasks,
  lora?: TfLora,
): tf.Tensor {
  const [batch, tokens] = input.shape;
  const norm = (value: tf.Tensor, name: string) => layerNorm(value, name, weights, layout.layerNormEpsilon);
  const residual = (x: tf.Tensor, name: string, part: (h: tf.Tensor) => tf.Tensor) =>
    layout.normPlacement === 'after' ? norm(tf.add(part(x), x), name) : tf.add(part(norm(x, name)), x);
  const attend = (h: tf.Tensor) => {
    const attended = attention(
      dense(h, names.query, weights, lora),
      dense(h, names.key, weights, lora),
      dense(h, names.value, weights, lora),
      { batch, tokens, heads: layout.headCount },
      layout.variableLength ? masks.additive : undefined,
    );
    return dense(attended, names.attentionOutput, weights);
  };
  const feedForward = (h: tf.Tensor) =>
    dense(gelu(dense(h, names.intermediate, weights)), names.output, weights);
  const x = tf.reshape(input, [batch * tokens, layout.hiddenSize]);
  const mixed = residual(x, names.attentionNorm, attend);
  return tf.reshape(residual(mixed, names.outputNorm, feedForward), input.shape);
}

/**
 * The layer norm after the last layer, if the model has one. Input and output are hidden states, [batch,
 * tokens, hidden].
 */
export function finalNorm(layout: EncoderLayout, weights: TfTensors, hidden: tf.Tensor): tf.Tensor {
  return layout.finalNorm === undefined
    ? hidden
    : layerNorm(hidden, layout.finalNorm, weights, layout.layerNormEpsilon);
}

/** Features [batch, hidden] of the last hidden states [batch, tokens, hidden]. */
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
    case 'pooled':
      return tf.tanh(dense(firstToken(), layout.pooler, weights, lora));
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
    (states, names) => encoderLayer(layout, names, weights, states, masks, lora),
    embeddings,
  );
  return finalNorm(layout, weights, hidden);
}
