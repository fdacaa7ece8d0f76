import {
  type ClassificationMetrics,
  classificationMetrics,
  countPredictions,
} from '#shared/model/head/classification-metrics.ts';
import { crossEntropy } from '#shared/model/head/cross-entropy.ts';
import type { Head } from '#shared/model/head/head.ts';
import { headLogits, predictedLabels } from '#shared/model/head/head-pass.ts';
import { averageHeads } from '#shared/model/head/head-update.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import type { Evaluation } from '#shared/protocol/records.ts';
import { mean } from './mean.ts';

interface HeadScore {
  readonly loss: number;
  readonly metrics: ClassificationMetrics;
}

/**
 * Scores the devices' heads on the test set in three ways: each head on the whole test set; each head under
 * its own device's label mix, beside the accuracy of always guessing the most frequent label of that mix; and
 * one head that is the average of all heads.
 *
 * @param features [examples, hidden]
 * @param labelCounts Training examples of each label, for each device.
 */
export function scoreHeads(
  features: Tensor,
  labels: Int32Array,
  heads: readonly Head[],
  labelCounts: readonly (readonly number[])[],
): Omit<Evaluation, 'rounds'> {
  const labelCount = labelCounts[0].length;
  const testCounts = countLabels(labels, labelCount);
  const scores = heads.map((head) => scoreHead(features, labels, head, labelCount));
  const ownMix = labelCounts.flatMap((counts, device) => {
    const mix = labelMix(counts, testCounts);
    if (mix === undefined) return [];
    const { metrics } = scores[device];
    const accuracy = mix.reduce(
      (sum, share, label) => sum + (share > 0 ? share * metrics.labels[label].recall : 0),
      0,
    );
    return [{ accuracy, chance: Math.max(...mix) }];
  });
  const averaged: Head = { settings: heads[0].settings, parameters: averageHeads(heads) };
  const meanOf = (value: (metrics: ClassificationMetrics) => number): number =>
    mean(scores.map(({ metrics }) => value(metrics)));
  return {
    examples: labels.length,
    deviceAccuracy: scores.map(({ metrics }) => metrics.accuracy),
    deviceLoss: scores.map(({ loss }) => loss),
    accuracy: meanOf(({ accuracy }) => accuracy),
    loss: mean(scores.map(({ loss }) => loss)),
    chance: Math.max(...testCounts) / labels.length,
    macroF1: meanOf(({ macroF1 }) => macroF1),
    binaryF1: labelCount === 2 ? meanOf(({ binaryF1 }) => binaryF1 ?? 0) : null,
    matthews: meanOf(({ matthews }) => matthews),
    labels: testCounts.map((examples, label) => ({
      precision: meanOf((metrics) => metrics.labels[label].precision),
      recall: meanOf((metrics) => metrics.labels[label].recall),
      f1: meanOf((metrics) => metrics.labels[label].f1),
      examples,
    })),
    ownMixDevices: ownMix.length,
    ownMixAccuracy: ownMix.length === 0 ? null : mean(ownMix.map(({ accuracy }) => accuracy)),
    ownMixChance: ownMix.length === 0 ? null : mean(ownMix.map(({ chance }) => chance)),
    averagedHeadAccuracy: scoreHead(features, labels, averaged, labelCount).metrics.accuracy,
  };
}

function scoreHead(features: Tensor, labels: Int32Array, head: Head, labelCount: number): HeadScore {
  const logits = headLogits(head, features);
  const [rows, columns] = logits.shape;
  const { loss } = crossEntropy({ rows, columns, data: Float64Array.from(logits.data) }, labels);
  const counts = countPredictions(predictedLabels(logits), labels, labelCount);
  return { loss, metrics: classificationMetrics(counts) };
}

/**
 * The share of each label among a device's training examples, counting only labels that the test set has;
 * undefined when the device has no such example.
 */
function labelMix(counts: readonly number[], testCounts: readonly number[]): readonly number[] | undefined {
  const testable = counts.map((count, label) => (testCounts[label] > 0 ? count : 0));
  const total = testable.reduce((sum, count) => sum + count, 0);
  return total === 0 ? undefined : testable.map((count) => count / total);
}

function countLabels(labels: Int32Array, labelCount: number): readonly number[] {
  const counts = Array.from({ length: labelCount }, () => 0);
  for (const label of labels) counts[label]++;
  return counts;
}
