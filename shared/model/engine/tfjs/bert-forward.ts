import * as tf from '@tensorflow/tfjs-core';
import type { FeatureKind } from '#shared/model/features.ts';
import type { BertConfig } from '#shared/model/hugging-face/model-config.ts';
import type { PaddingMasks } from './encoder-stage.ts';
import { attention, dense, gelu, layerNorm, type TfLora, type TfTensors } from './transformer-ops.ts';

/** Large enough that a softmax gives padding exactly zero, small enough to stay finite when added to. */
const MASKED_SCORE = -1e9;

/** Masks for sequences with these numbers of real tokens, padded at the end to `tokens`. */
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
 * One post-LayerNorm encoder layer, `encoder.layer.<index>`: hidden states [batch, tokens, hidden] to the same.
 *
 * @param weights Kernels as [inputs, outputs]; any that are variables are trainable.
 */
export function bertLayer(
  config: BertConfig,
  index: number,
  weights: TfTensors,
  input: tf.Tensor,
  masks: PaddingMasks,
  lora?: TfLora,
): tf.Tensor {
  const [batch, tokens] = input.shape;
  const name = `encoder.layer.${index}`;
  const epsilon = config.layerNormEpsilon;
  const x = tf.reshape(input, [batch * tokens, config.hiddenSize]);
  const project = (role: string) => dense(x, `${name}.attention.self.${role}`, weights, lora);
  const attended = attention(
    project('query'),
    project('key'),
    project('value'),
    { batch, tokens, heads: config.headCount },
    masks.additive,
  );
  const mixed = dense(attended, `${name}.attention.output.dense`, weights);
  const normal = layerNorm(tf.add(mixed, x), `${name}.attention.output.LayerNorm`, weights, epsilon);
  const inner = gelu(dense(normal, `${name}.intermediate.dense`, weights));
  const outer = dense(inner, `${name}.output.dense`, weights);
  return tf.reshape(
    layerNorm(tf.add(outer, normal), `${name}.output.LayerNorm`, weights, epsilon),
    input.shape,
  );
}

/** Features [batch, hidden] of the last hidden states [batch, tokens, hidden]. */
export function encoderFeatures(
  kind: FeatureKind,
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
      return tf.tanh(dense(firstToken(), 'pooler.dense', weights, lora));
    case 'mean':
      return tf.div(tf.sum(tf.mul(hidden, masks.real), 1), tf.sum(masks.real, 1));
  }
}

/**
 * BERT's encoder on the backend, differentiable by TensorFlow.js in whatever tensors the caller wants: LoRA, or the
 * weights themselves to pre-train a model.
 *
 * @param weights `encoder.*` under canonical names, kernels as [inputs, outputs] (see `uploadWeights`).
 * @param embeddings Embedding output, [batch, tokens, hidden].
 * @returns The last hidden states, [batch, tokens, hidden].
 */
export function bertEncoderForward(
  config: BertConfig,
  weights: TfTensors,
  embeddings: tf.Tensor,
  masks: PaddingMasks,
  lora?: TfLora,
): tf.Tensor {
  let hidden = embeddings;
  for (let layer = 0; layer < config.layerCount; layer++) {
    hidden = bertLayer(config, layer, weights, hidden, masks, lora);
  }
  return hidden;
}
