import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '#shared/errors.ts';
import { loraAName, loraBName, loraMagnitudeName } from '#shared/model/lora/lora-parameters.ts';

/**
 * Weights on the backend, under their canonical names. Kernels of dense layers are stored transposed,
 * [inputs, outputs], because the WASM backend multiplies by a transposed matrix ten times slower.
 */
export type TfTensors = ReadonlyMap<string, tf.Tensor>;

/** LoRA on the backend: tensors under their names, shapes as in PEFT, and the scaling of each dense layer. */
export interface TfLora {
  readonly tensors: TfTensors;
  readonly scalings: ReadonlyMap<string, number>;
  /**
   * 1 / n of each dense layer with DoRA, [outputs], n the lengths of the rows of W + s B A. As in PEFT, n is
   * a constant for gradients.
   */
  readonly inverseNorms: TfTensors;
}

export function requireTfTensor(tensors: TfTensors, name: string): tf.Tensor {
  const value = tensors.get(name);
  if (value === undefined) throw new ModelError('is missing.', { subject: `tensor ${name}` });
  return value;
}

/**
 * x W + b, plus s (x A^T) B^T if this layer has LoRA with scaling s; x is [rows, inputs]. With DoRA, the sum
 * without b is multiplied by m / n.
 */
export function dense(x: tf.Tensor, name: string, weights: TfTensors, lora?: TfLora): tf.Tensor {
  const kernel = requireTfTensor(weights, `${name}.weight`);
  const product = tf.matMul(x, kernel);
  const bias = weights.get(`${name}.bias`);
  const frozen = bias === undefined ? product : tf.add(product, bias);
  const a = lora?.tensors.get(loraAName(name));
  const b = lora?.tensors.get(loraBName(name));
  if (lora === undefined || a === undefined || b === undefined) return frozen;
  const low = tf.matMul(tf.matMul(x, tf.transpose(a)), tf.transpose(b));
  const added = tf.mul(low, lora.scalings.get(name) ?? 1);
  const magnitude = lora.tensors.get(loraMagnitudeName(name));
  if (magnitude === undefined) return tf.add(frozen, added);
  const factor = tf.mul(magnitude, requireTfTensor(lora.inverseNorms, name));
  const scaledProduct = tf.mul(tf.add(product, added), factor);
  return bias === undefined ? scaledProduct : tf.add(scaledProduct, bias);
}

/** 1 / n of each dense layer with a magnitude, from weights and LoRA on the backend. */
export function inverseNorms(
  weights: TfTensors,
  tensors: TfTensors,
  scalings: ReadonlyMap<string, number>,
): TfTensors {
  const found = new Map<string, tf.Tensor>();
  for (const [name, scaling] of scalings) {
    if (!tensors.has(loraMagnitudeName(name))) continue;
    const norm = tf.tidy(() => {
      // Kernels on the backend are [inputs, outputs].
      const [a, b] = [loraAName(name), loraBName(name)].map((key) =>
        tf.transpose(requireTfTensor(tensors, key)),
      );
      const adapted = tf.add(requireTfTensor(weights, `${name}.weight`), tf.mul(tf.matMul(a, b), scaling));
      return tf.rsqrt(tf.sum(tf.square(adapted), 0));
    });
    found.set(name, norm);
  }
  return found;
}

/** (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis. */
export function layerNorm(x: tf.Tensor, name: string, weights: TfTensors, epsilon: number): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return scaled(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), name, weights);
}

/** x / sqrt(mean(x^2) + epsilon) * weight over the last axis. */
export function rmsNorm(x: tf.Tensor, name: string, weights: TfTensors, epsilon: number): tf.Tensor {
  const square = tf.mean(tf.square(x), -1, true);
  return scaled(tf.mul(x, tf.rsqrt(tf.add(square, epsilon))), name, weights);
}

function scaled(normal: tf.Tensor, name: string, weights: TfTensors): tf.Tensor {
  const product = tf.mul(normal, requireTfTensor(weights, `${name}.weight`));
  const bias = weights.get(`${name}.bias`);
  return bias === undefined ? product : tf.add(product, bias);
}

/** The exact GELU, x (1 + erf(x / sqrt 2)) / 2. */
export function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

/** The approximation of GELU by tanh: x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2. */
export function tanhGelu(x: tf.Tensor): tf.Tensor {
  const cubic = tf.mul(tf.mul(tf.square(x), x), 0.044715);
  const inner = tf.mul(tf.add(x, cubic), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

/** SiLU, x sigmoid(x). */
export function silu(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sigmoid(x));
}
