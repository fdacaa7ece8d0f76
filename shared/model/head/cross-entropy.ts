import { DataError } from '#shared/errors.ts';
import type { Rows } from './dense-arrays.ts';

export interface CrossEntropy {
  /** Mean over the batch of -log softmax(logits)[label]. */
  readonly loss: number;
  /** Number of rows whose largest logit is at the label (the first of equal logits counts as the largest). */
  readonly correct: number;
  /** Gradient of the loss at the logits, (softmax - onehot) / rows. */
  readonly logitGradient: Rows;
}

function largestIndex(values: Float64Array): number {
  let largest = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[largest]) largest = i;
  return largest;
}

/** Softmax cross-entropy. Logits are shifted by each row's largest, so no exponential overflows. */
export function crossEntropy(logits: Rows, labels: Int32Array): CrossEntropy {
  const { rows, columns } = logits;
  if (labels.length !== rows || rows === 0) {
    throw new DataError(`${labels.length} labels for ${rows} rows of features.`);
  }
  const gradient = new Float64Array(rows * columns);
  let loss = 0;
  let correct = 0;
  for (let row = 0; row < rows; row++) {
    const label = labels[row];
    if (label < 0 || label >= columns) {
      throw new DataError(`is ${label}, the head tells labels 0 to ${columns - 1} apart.`, {
        subject: `label ${row}`,
      });
    }
    const values = logits.data.subarray(row * columns, (row + 1) * columns);
    const largest = largestIndex(values);
    let sum = 0;
    for (const value of values) sum += Math.exp(value - values[largest]);
    loss += Math.log(sum) + values[largest] - values[label];
    if (largest === label) correct++;
    for (let column = 0; column < columns; column++) {
      const probability = Math.exp(values[column] - values[largest]) / sum;
      gradient[row * columns + column] = (probability - (column === label ? 1 : 0)) / rows;
    }
  }
  return { loss: loss / rows, correct, logitGradient: { rows, columns, data: gradient } };
}
