import * as tf from '@tensorflow/tfjs-core';
import { attentionWidths } from '#shared/model/engine/layout/dense-layers.ts';
import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { rotaryTables } from '#shared/model/engine/layout/rotary-tables.ts';
import { dense, rmsNorm, type TfLora, type TfTensors } from './transformer-ops.ts';

/** Sizes of a batch of sequences. */
export interface SequenceShape {
  readonly batch: number;
  readonly tokens: number;
}

/**
 * Projections, multi-head scaled dot-product attention, softmax(q k^T / sqrt(width) + mask) v for each head,
 * and the dense layer after it.
 *
 * @param h [batch * tokens, hidden].
 * @param mask Added to the scores, [batch, 1, 1 or tokens, tokens]: 0 for tokens that the query sees, a large
 *   negative value for others.
 * @returns [batch * tokens, hidden].
 */
export function selfAttention(
  layout: EncoderLayout,
  layer: LayerLayout,
  weights: TfTensors,
  h: tf.Tensor,
  { batch, tokens }: SequenceShape,
  mask: tf.Tensor | undefined,
  lora?: TfLora,
): tf.Tensor {
  const { headCount, keyValueHeadCount: groups, headWidth: width, normEpsilon } = layout;
  const projected = projections(layout, layer, weights, h, lora);
  const heads = (x: tf.Tensor, count: number, norm?: string) => {
    const split = tf.reshape(x, [batch, tokens, count, width]);
    const normed = norm === undefined ? split : rmsNorm(split, norm, weights, normEpsilon);
    return tf.transpose(normed, [0, 2, 1, 3]);
  };
  const { rotaryBase, headNorms } = layer;
  const rotated = (x: tf.Tensor) => (rotaryBase === undefined ? x : rotate(x, rotaryBase));
  const queries = rotated(heads(projected.query, headCount, headNorms?.query));
  const keys = rotated(heads(projected.key, groups, headNorms?.key));
  const values = heads(projected.value, groups);
  // Heads of queries that share keys and values follow each other, so they can be read as one longer head.
  const perGroup = [batch, groups, (headCount / groups) * tokens];
  const product = tf.matMul(tf.reshape(queries, [...perGroup, width]), tf.transpose(keys, [0, 1, 3, 2]));
  const scores = tf.mul(tf.reshape(product, [batch, headCount, tokens, tokens]), 1 / Math.sqrt(width));
  const probabilities = tf.softmax(mask === undefined ? scores : tf.add(scores, mask));
  const context = tf.matMul(tf.reshape(probabilities, [...perGroup, tokens]), values);
  const byToken = tf.transpose(tf.reshape(context, [batch, headCount, tokens, width]), [0, 2, 1, 3]);
  const rows = tf.reshape(byToken, [batch * tokens, headCount * width]);
  return dense(rows, layer.attentionOutput, weights, lora);
}

function projections(
  layout: EncoderLayout,
  { projections: names }: LayerLayout,
  weights: TfTensors,
  h: tf.Tensor,
  lora: TfLora | undefined,
): { readonly query: tf.Tensor; readonly key: tf.Tensor; readonly value: tf.Tensor } {
  if (names.kind === 'separate') {
    return {
      query: dense(h, names.query, weights, lora),
      key: dense(h, names.key, weights, lora),
      value: dense(h, names.value, weights, lora),
    };
  }
  const { query: wide, keyValue } = attentionWidths(layout);
  const [query, key, value] = tf.split(dense(h, names.all, weights, lora), [wide, keyValue, keyValue], 1);
  return { query, key, value };
}

/** Rotates heads [batch, heads, tokens, width] by their tokens' positions, see {@link rotaryTables}. */
function rotate(x: tf.Tensor, base: number): tf.Tensor {
  const [, , tokens, width] = x.shape;
  const { cosines, sines } = rotaryTables(
    base,
    width,
    Int32Array.from({ length: tokens }, (_, i) => i),
  );
  const table = (data: Float32Array) => tf.tensor(data, [1, 1, tokens, width]);
  const [first, second] = tf.split(x, 2, 3);
  return tf.add(tf.mul(x, table(cosines)), tf.mul(tf.concat([second, first], 3), table(sines)));
}
