import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '#shared/errors.ts';
import { loraAName, loraBName } from '#shared/model/lora/lora-parameters.ts';

/**
 * Weights on the backend, under their canonical names. Kernels of dense layers are stored transposed,
 * [inputs, outputs], because the WASM backend multiplies by a transposed matrix ten times slower.
 */
export type TfTensors = ReadonlyMap<string, tf.Tensor>;

/** LoRA on the backend: tensors under their names, shapes as in PEFT, and alpha / rank. */
export interface TfLora {
  readonly tensors: TfTensors;
  readonly scaling: number;
}

export function requireTfTensor(tensors: TfTensors, name: string): tf.Tensor {
  const value = tensors.get(name);
  if (value === undefined) throw new ModelError('is missing.', { subject: `tensor ${name}` });
  return value;
}

/** x W + b, plus (alpha / rank) (x A^T) B^T if this layer has LoRA; x is [rows, inputs]. */
export function dense(x: tf.Tensor, name: string, weights: TfTensors, lora?: TfLora): tf.Tensor {
  const kernel = requireTfTensor(weights, `${name}.weight`);
  const frozen = tf.add(tf.matMul(x, kernel), requireTfTensor(weights, `${name}.bias`));
  const a = lora?.tensors.get(loraAName(name));
  const b = lora?.tensors.get(loraBName(name));
  if (lora === undefined || a === undefined || b === undefined) return frozen;
  const low = tf.matMul(tf.matMul(x, tf.transpose(a)), tf.transpose(b));
  return tf.add(frozen, tf.mul(low, lora.scaling));
}

/** (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis. */
export function layerNorm(x: tf.Tensor, name: string, weights: TfTensors, epsilon: number): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(
    tf.mul(normal, requireTfTensor(weights, `${name}.weight`)),
    requireTfTensor(weights, `${name}.bias`),
  );
}

/** The exact GELU, x (1 + erf(x / sqrt 2)) / 2. */
export function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

/** Sizes of a batch of sequences. */
export interface SequenceShape {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
}

/**
 * Multi-head scaled dot-product attention: softmax(q k^T / sqrt(width) + mask) v for each head.
 *
 * @param q Queries; queries, keys and values are [batch * tokens, hidden].
 * @param mask Added to the scores, [batch, 1, 1, tokens]: 0 for real tokens, a large negative value for
 *   padding.
 * @returns [batch * tokens, hidden].
 */
export function attention(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  { batch, tokens, heads }: SequenceShape,
  mask: tf.Tensor | undefined,
): tf.Tensor {
  const hidden = q.shape[1] ?? 0;
  const width = hidden / heads;
  const split = (x: tf.Tensor) => tf.reshape(x, [batch, tokens, heads, width]);
  const queries = tf.transpose(split(q), [0, 2, 1, 3]);
  const transposedKeys = tf.transpose(split(k), [0, 2, 3, 1]);
  const values = tf.transpose(split(v), [0, 2, 1, 3]);
  const scores = tf.mul(tf.matMul(queries, transposedKeys), 1 / Math.sqrt(width));
  const weights = tf.softmax(mask === undefined ? scores : tf.add(scores, mask));
  return tf.reshape(tf.transpose(tf.matMul(weights, values), [0, 2, 1, 3]), [batch * tokens, hidden]);
}
