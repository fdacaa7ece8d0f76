import * as tf from '@tensorflow/tfjs-core';
import type { ViTConfig } from '#shared/model/vit/vit-config.ts';
import { attention, dense, gelu, layerNorm, type TfLora, type TfTensors } from './transformer-ops.ts';

/**
 * One pre-LayerNorm encoder layer, `encoder.layer.<index>`: hidden states [batch, tokens, hidden] to the same. Images
 * have no padding, so nothing is masked.
 *
 * @param weights Kernels as [inputs, outputs].
 */
export function vitLayer(
  config: ViTConfig,
  index: number,
  weights: TfTensors,
  input: tf.Tensor,
  lora?: TfLora,
): tf.Tensor {
  const [batch, tokens] = input.shape;
  const name = `encoder.layer.${index}`;
  const epsilon = config.layerNormEpsilon;
  const x = tf.reshape(input, [batch * tokens, config.hiddenSize]);
  const before = layerNorm(x, `${name}.layernorm_before`, weights, epsilon);
  const project = (role: string) => dense(before, `${name}.attention.attention.${role}`, weights, lora);
  const attended = attention(
    project('query'),
    project('key'),
    project('value'),
    { batch, tokens, heads: config.headCount },
    undefined,
  );
  const mixed = tf.add(dense(attended, `${name}.attention.output.dense`, weights), x);
  const after = layerNorm(mixed, `${name}.layernorm_after`, weights, epsilon);
  const inner = gelu(dense(after, `${name}.intermediate.dense`, weights));
  const outer = dense(inner, `${name}.output.dense`, weights);
  return tf.reshape(tf.add(outer, mixed), input.shape);
}

/** The layer norm after the last layer, [batch, tokens, hidden] to the same. */
export function vitFinalNorm(config: ViTConfig, weights: TfTensors, hidden: tf.Tensor): tf.Tensor {
  return layerNorm(hidden, 'layernorm', weights, config.layerNormEpsilon);
}
