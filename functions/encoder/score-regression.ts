import type { Head } from '#shared/model/head/head.ts';
import { headLogits, lossOf } from '#shared/model/head/head-pass.ts';
import { averageHeads } from '#shared/model/head/head-update.ts';
import { type RegressionMetrics, regressionMetrics } from '#shared/model/head/regression-metrics.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import type { Evaluation } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { mean } from './mean.ts';

/**
 * Scores the devices' heads of a regression on the test set, and one head that is the average of all heads.
 * Losses compare standardised scores; errors have the unit of the scores.
 *
 * @param features [examples, hidden]
 * @param scores Standardised test scores.
 * @param scale Mean and deviation of the training scores.
 */
export function scoreRegressionHeads(
  features: Tensor,
  scores: Float32Array,
  heads: readonly Head[],
  { mean: centre, deviation }: NonNullable<RunRecord['score']>,
): Omit<Evaluation, 'rounds'> {
  const inUnit = (values: Float32Array): Float64Array =>
    Float64Array.from(values, (value) => centre + deviation * value);
  const truth = inUnit(scores);
  const scored = heads.map((head) => scoreHead(features, scores, head));
  const metricsOf = (outputs: Float32Array): RegressionMetrics => regressionMetrics(inUnit(outputs), truth);
  const metrics = scored.map(({ outputs }) => metricsOf(outputs));
  const averaged: Head = { settings: heads[0].settings, parameters: averageHeads(heads) };
  const trueMean = mean([...truth]);
  return {
    examples: scores.length,
    deviceAccuracy: [],
    deviceLoss: scored.map(({ loss }) => loss),
    accuracy: null,
    loss: mean(scored.map(({ loss }) => loss)),
    chance: null,
    scores: {
      ownHeads: {
        squaredError: mean(metrics.map(({ squaredError }) => squaredError)),
        pearson: mean(metrics.map(({ pearson }) => pearson)),
        spearman: mean(metrics.map(({ spearman }) => spearman)),
      },
      averagedHead: metricsOf(scoreHead(features, scores, averaged).outputs),
      variance: mean([...truth].map((score) => (score - trueMean) ** 2)),
    },
    ownMixDevices: 0,
    ownMixAccuracy: null,
    ownMixChance: null,
    averagedHeadAccuracy: null,
  };
}

function scoreHead(features: Tensor, scores: Float32Array, head: Head) {
  const { shape, data } = headLogits(head, features);
  const [rows, columns] = shape;
  const { loss } = lossOf({ rows, columns, data: Float64Array.from(data) }, scores);
  return { loss, outputs: data };
}
