import { DataError } from '#shared/errors.ts';
import type { Rows } from './dense-arrays.ts';

export interface SquaredError {
  /** Mean over the batch of (output - score)^2. */
  readonly loss: number;
  /** Gradient of the loss at the outputs, 2 (output - score) / rows. */
  readonly outputGradient: Rows;
}

/** Squared error of a head with one output. */
export function squaredError(outputs: Rows, scores: Float32Array): SquaredError {
  const { rows, columns } = outputs;
  if (scores.length !== rows || rows === 0 || columns !== 1) {
    throw new DataError(`${scores.length} scores for ${rows} rows with ${columns} outputs.`);
  }
  const gradient = new Float64Array(rows);
  let loss = 0;
  outputs.data.forEach((output, row) => {
    const error = output - scores[row];
    loss += error ** 2;
    gradient[row] = (2 * error) / rows;
  });
  return { loss: loss / rows, outputGradient: { rows, columns, data: gradient } };
}
