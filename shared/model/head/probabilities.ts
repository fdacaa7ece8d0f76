import type { Tensor } from '#shared/model/tensor.ts';

/**
 * Softmax of each row of logits [batch, labels]: the head's probability of each label, in double precision.
 */
export function labelProbabilities({ shape: [rows, columns], data }: Tensor): readonly Float64Array[] {
  return Array.from({ length: rows }, (_, row) => {
    const logits = Float64Array.from(data.subarray(row * columns, (row + 1) * columns));
    const largest = Math.max(...logits);
    const powers = logits.map((logit) => Math.exp(logit - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  });
}
