import { crossEntropy } from '#shared/model/head/cross-entropy.ts';
import type { Head } from '#shared/model/head/head.ts';
import { headLogits, predictedLabels } from '#shared/model/head/head-pass.ts';
import { averageHeads } from '#shared/model/head/head-update.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import type { Evaluation } from '#shared/protocol/records.ts';

interface HeadScore {
  readonly loss: number;
  readonly accuracy: number;
  /** Accuracy on the test examples of each label; NaN for a label that the test set lacks. */
  readonly accuracyOfLabel: readonly number[];
}

/**
 * Scores the devices' heads on the test set: each head on the whole test set; each head under its own
 * device's label mix, with the accuracy of always guessing the most frequent label of that mix; and one head
 * averaged from all heads.
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
  const scores = heads.map((head) => scoreHead(features, labels, head, testCounts));
  const ownMix = labelCounts.flatMap((counts, device) => {
    const mix = labelMix(counts, testCounts);
    if (mix === undefined) return [];
    const { accuracyOfLabel } = scores[device];
    const accuracy = mix.reduce(
      (sum, share, label) => sum + (share > 0 ? share * accuracyOfLabel[label] : 0),
      0,
    );
    return [{ accuracy, chance: Math.max(...mix) }];
  });
  const averaged: Head = { settings: heads[0].settings, parameters: averageHeads(heads) };
  return {
    examples: labels.length,
    deviceAccuracy: scores.map((score) => score.accuracy),
    deviceLoss: scores.map((score) => score.loss),
    accuracy: mean(scores.map((score) => score.accuracy)),
    loss: mean(scores.map((score) => score.loss)),
    chance: Math.max(...testCounts) / labels.length,
    ownMixDevices: ownMix.length,
    ownMixAccuracy: ownMix.length === 0 ? null : mean(ownMix.map(({ accuracy }) => accuracy)),
    ownMixChance: ownMix.length === 0 ? null : mean(ownMix.map(({ chance }) => chance)),
    averagedHeadAccuracy: scoreHead(features, labels, averaged, testCounts).accuracy,
  };
}

function scoreHead(
  features: Tensor,
  labels: Int32Array,
  head: Head,
  testCounts: readonly number[],
): HeadScore {
  const logits = headLogits(head, features);
  const [rows, columns] = logits.shape;
  const { loss } = crossEntropy({ rows, columns, data: Float64Array.from(logits.data) }, labels);
  const predicted = predictedLabels(logits);
  const rightOfLabel = testCounts.map(() => 0);
  labels.forEach((label, row) => {
    if (predicted[row] === label) rightOfLabel[label]++;
  });
  return {
    loss,
    accuracy: rightOfLabel.reduce((sum, right) => sum + right, 0) / labels.length,
    accuracyOfLabel: rightOfLabel.map((right, label) => right / testCounts[label]),
  };
}

/**
 * A device's shares of the labels that the test set has; undefined when the device has no example of them.
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

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
