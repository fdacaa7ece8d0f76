/** Predictions counted by label. */
export interface PredictionCounts {
  /** Examples that have each label. */
  readonly examples: Int32Array;
  /** Examples for which each label was predicted. */
  readonly predicted: Int32Array;
  /** Examples of each label for which it was predicted. */
  readonly correct: Int32Array;
}

export interface LabelMetrics {
  /** Correct among the predictions of the label; 0 if it was never predicted. */
  readonly precision: number;
  /** Correct among the examples of the label; 0 without examples. */
  readonly recall: number;
  /** Harmonic mean of the two; 0 if both are 0. */
  readonly f1: number;
}

export interface ClassificationMetrics {
  readonly accuracy: number;
  /** Mean F1 of the labels that occur in the examples or the predictions. */
  readonly macroF1: number;
  /** F1 of the second label; null unless there are two labels. */
  readonly binaryF1: number | null;
  /** Matthews correlation coefficient, for any number of labels; 0 where it is not defined. */
  readonly matthews: number;
  readonly labels: readonly LabelMetrics[];
}

export function countPredictions(
  predicted: Int32Array,
  labels: Int32Array,
  labelCount: number,
): PredictionCounts {
  const [examples, guesses, correct] = [0, 1, 2].map(() => new Int32Array(labelCount));
  labels.forEach((label, row) => {
    examples[label]++;
    guesses[predicted[row]]++;
    if (predicted[row] === label) correct[label]++;
  });
  return { examples, predicted: guesses, correct };
}

/**
 * Metrics as `sklearn.metrics` computes them, with `zero_division=0`. The correlation is that of Gorodkin
 * (2004), R_K, which is Matthews' for two labels.
 */
export function classificationMetrics(counts: PredictionCounts): ClassificationMetrics {
  const { examples, predicted, correct } = counts;
  const labels = Array.from(examples, (_, label) => labelMetrics(counts, label));
  const occurring = labels.filter((_, label) => examples[label] + predicted[label] > 0);
  const total = sum(examples);
  const right = sum(correct);
  return {
    accuracy: right / total,
    macroF1: occurring.reduce((f1s, { f1 }) => f1s + f1, 0) / occurring.length,
    binaryF1: labels.length === 2 ? labels[1].f1 : null,
    matthews: correlation(counts, total, right),
    labels,
  };
}

function labelMetrics({ examples, predicted, correct }: PredictionCounts, label: number): LabelMetrics {
  const precision = ratio(correct[label], predicted[label]);
  const recall = ratio(correct[label], examples[label]);
  return { precision, recall, f1: ratio(2 * correct[label], examples[label] + predicted[label]) };
}

function correlation({ examples, predicted }: PredictionCounts, total: number, right: number): number {
  let both = 0;
  let ofExamples = 0;
  let ofPredictions = 0;
  examples.forEach((count, label) => {
    both += count * predicted[label];
    ofExamples += count ** 2;
    ofPredictions += predicted[label] ** 2;
  });
  const spread = Math.sqrt((total ** 2 - ofExamples) * (total ** 2 - ofPredictions));
  return spread === 0 ? 0 : (right * total - both) / spread;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(values: Int32Array): number {
  return values.reduce((total, value) => total + value, 0);
}
