import * as tf from '@tensorflow/tfjs-core';
import { encoderFeatures, encoderForward, paddingMasks } from '#shared/model/engine/tfjs/encoder-forward.ts';
import { downloadWeights, uploadWeights } from '#shared/model/engine/tfjs/tf-weights.ts';
import {
  dense,
  gelu,
  layerNorm,
  requireTfTensor,
  type TfTensors,
} from '#shared/model/engine/tfjs/transformer-ops.ts';
import type { BertConfig } from '#shared/model/families/bert/bert-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import type { MaskedBatch } from './masked-batch.ts';

/** Mean negative log-likelihoods of a batch, and the gradient of their sum for every weight. */
export interface LossGradient {
  /** Loss of masked words predicted from their positions. */
  readonly wordLoss: number;
  /** Loss of masked words predicted from the pooled output of their sentence. */
  readonly summaryLoss: number;
  readonly gradients: NamedTensors;
}

/** Computes the pre-training loss and its gradient with TensorFlow.js on the selected backend. */
export async function lossGradient(
  config: BertConfig,
  weights: NamedTensors,
  batch: MaskedBatch,
): Promise<LossGradient> {
  const uploaded = uploadWeights(weights);
  const names = [...uploaded.keys()];
  const losses: tf.Scalar[] = [];
  const gradients = tf.tidy(() => {
    const gradientsOf = tf.grads((...values) => {
      const current = new Map(names.map((name, index) => [name, values[index]]));
      const [words, summary] = batchLosses(config, current, batch);
      losses.push(tf.keep(words.clone()), tf.keep(summary.clone()));
      return tf.add(words, summary);
    });
    return gradientsOf([...uploaded.values()]);
  });
  const [wordLoss, summaryLoss] = await Promise.all(losses.map(async (loss) => (await loss.data())[0]));
  const downloaded = await downloadWeights(new Map(names.map((name, index) => [name, gradients[index]])));
  tf.dispose([...uploaded.values(), ...gradients, ...losses]);
  return { wordLoss, summaryLoss, gradients: downloaded };
}

function batchLosses(config: BertConfig, weights: TfTensors, batch: MaskedBatch): [tf.Scalar, tf.Scalar] {
  const masks = paddingMasks(batch.lengths, batch.tokens);
  const table = requireTfTensor(weights, 'embeddings.word_embeddings.weight');
  const { layout } = describeModel(config);
  const states = encoderForward(layout, weights, embed(config, weights, batch, table), masks);

  const flat = tf.reshape(states, [batch.batchSize * batch.tokens, config.hiddenSize]);
  const chosen = tf.matMul(oneHot(batch.maskedPositions, batch.batchSize * batch.tokens), flat);
  const head = 'cls.predictions.transform';
  const inner = layerNorm(
    gelu(dense(chosen, `${head}.dense`, weights)),
    `${head}.LayerNorm`,
    weights,
    config.layerNormEpsilon,
  );
  const wordLogits = tf.add(
    tf.matMul(inner, tf.transpose(table)),
    requireTfTensor(weights, 'cls.predictions.bias'),
  );
  const pooled = encoderFeatures('pooled', layout, weights, states, masks);
  const repeated = tf.matMul(oneHot(batch.maskedRows, batch.batchSize), pooled);
  return [
    crossEntropy(wordLogits, batch.maskedIds, config.vocabularySize),
    crossEntropy(dense(repeated, 'cls.summary', weights), batch.maskedIds, config.vocabularySize),
  ];
}

/**
 * BERT's embedding module as products with one-hot matrices, because the WASM backend has no gradient of
 * gather.
 */
function embed(config: BertConfig, weights: TfTensors, batch: MaskedBatch, table: tf.Tensor): tf.Tensor {
  const { batchSize, tokens } = batch;
  const words = tf.matMul(oneHot([...batch.tokenIds], config.vocabularySize), table);
  const rows = Array.from({ length: tokens }, (_, position) => position);
  const positions = tf.matMul(
    oneHot(rows, config.maximumTokens),
    requireTfTensor(weights, 'embeddings.position_embeddings.weight'),
  );
  const types = tf.matMul(
    oneHot([0], config.tokenTypeCount),
    requireTfTensor(weights, 'embeddings.token_type_embeddings.weight'),
  );
  const sum = tf.add(tf.add(tf.reshape(words, [batchSize, tokens, config.hiddenSize]), positions), types);
  return layerNorm(sum, 'embeddings.LayerNorm', weights, config.layerNormEpsilon);
}

function oneHot(indices: readonly number[], width: number): tf.Tensor2D {
  const values = new Float32Array(indices.length * width);
  indices.forEach((index, row) => {
    values[row * width + index] = 1;
  });
  return tf.tensor2d(values, [indices.length, width]);
}

/** Mean softmax cross-entropy of logits [rows, classes]. */
function crossEntropy(logits: tf.Tensor, labels: readonly number[], classes: number): tf.Scalar {
  return tf.neg(tf.div(tf.sum(tf.mul(tf.logSoftmax(logits), oneHot(labels, classes))), labels.length));
}
