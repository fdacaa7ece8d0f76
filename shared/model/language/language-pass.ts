import { DataError, ModelError } from '#shared/errors.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { OUTPUT_MATRIX } from './final-norm.ts';
import type { LanguageHead } from './language-head.ts';
import { normGradients, normRows } from './norm-pass.ts';
import type { VocabularyProduct } from './vocabulary-product.ts';

/** Target of a position that does not count in the loss. */
export const NO_TARGET = -1;

/** How well the next tokens were predicted. */
export interface TokenScore {
  /** Sum over the predicted tokens of -log softmax(logits)[token]. */
  readonly lossSum: number;
  /** Number of predicted tokens that have the largest logit; of equal logits the first counts. */
  readonly correct: number;
  /** Number of predicted tokens. */
  readonly count: number;
}

/** Loss of a language model's head on a mini-batch, and its gradients. */
export interface LanguagePass extends TokenScore {
  /** Mean loss of the predicted tokens. */
  readonly loss: number;
  /** Gradients of the given parameters. */
  readonly gradients: NamedTensors;
  /** Gradient at the hidden states, [tokens, width]; 0 where no token is predicted. */
  readonly featureGradient: Tensor;
}

/**
 * Mean cross-entropy of the next tokens, and its gradients (step 3 of a round). Only the logits of a few
 * tokens are in memory at a time. The norm, the softmax and the sums over tokens are in double precision;
 * products with the vocabulary's matrix are in single precision, and so is its gradient, a sum over the
 * tokens in their order. The result does not depend on the number of tokens that are handled at a time.
 *
 * @param parameters Weight and bias of the norm, and the output matrix if the device trains it; the head's
 *   own matrix is used otherwise, and it gets no gradient.
 * @param states Hidden states before the norm, [tokens, width].
 * @param targets [tokens] The token after each position, or {@link NO_TARGET}.
 * @throws {@link ModelError} for states of another width, {@link DataError} for a target that the vocabulary
 *   does not have, or no target.
 */
export function languagePass(
  head: LanguageHead,
  parameters: NamedTensors,
  states: Tensor,
  targets: Int32Array,
): LanguagePass {
  const product = productOf(head, parameters);
  const { width, vocabulary } = product;
  const positions = predictedPositions(product, states, targets);
  const count = positions.length;
  const normed = normRows(head.norm, parameters, rowsAt(states.data, width, positions));
  const outputGradient = new Float64Array(count * width);
  const matrixGradient = parameters.has(OUTPUT_MATRIX) ? new Float32Array(vocabulary * width) : undefined;
  const score = scoreRows(product, normed.output, positions, targets, (coefficients, begin, rows) => {
    const chunk = [begin * width, (begin + rows) * width] as const;
    const gradient = outputGradient.subarray(...chunk);
    product.combine(coefficients, gradient);
    for (let i = 0; i < gradient.length; i++) gradient[i] /= count;
    if (matrixGradient !== undefined) {
      product.addMatrixGradient(coefficients, normed.output.subarray(...chunk), matrixGradient);
    }
  });
  const { rows, parameters: ofNorm } = normGradients(head.norm, parameters, normed, outputGradient);
  const gradients = new Map(ofNorm);
  if (matrixGradient !== undefined) {
    for (let i = 0; i < matrixGradient.length; i++) matrixGradient[i] /= count;
    gradients.set(OUTPUT_MATRIX, { shape: [vocabulary, width], data: matrixGradient });
  }
  const featureGradient = new Float32Array(states.data.length);
  positions.forEach((position, row) => {
    featureGradient.set(rows.subarray(row * width, (row + 1) * width), position * width);
  });
  return {
    ...score,
    loss: score.lossSum / count,
    gradients,
    featureGradient: { shape: states.shape, data: featureGradient },
  };
}

/** The score alone, without gradients. Parameters are those of {@link languagePass}. */
export function languageScore(
  head: LanguageHead,
  parameters: NamedTensors,
  states: Tensor,
  targets: Int32Array,
): TokenScore {
  const product = productOf(head, parameters);
  const positions = predictedPositions(product, states, targets);
  const { output } = normRows(head.norm, parameters, rowsAt(states.data, product.width, positions));
  return scoreRows(product, output, positions, targets);
}

/** The most likely token after a position's hidden states [width]; of equal logits the first. */
export function nextToken(head: LanguageHead, parameters: NamedTensors, state: Float32Array): number {
  const product = productOf(head, parameters);
  const logits = new Float32Array(product.vocabulary);
  product.logits(normRows(head.norm, parameters, state).output, logits);
  return largestIndex(logits);
}

/** Products with the output matrix among the parameters, or else with the head's own. */
function productOf({ product }: LanguageHead, parameters: NamedTensors): VocabularyProduct {
  const matrix = parameters.get(OUTPUT_MATRIX);
  return matrix === undefined ? product : product.withMatrix(matrix);
}

/**
 * Scores normed rows chunk by chunk.
 *
 * @param onChunk Called with softmax(logits) less 1 at the target, [rows, vocabulary], of the rows from
 *   `begin` on.
 */
function scoreRows(
  product: VocabularyProduct,
  normed: Float32Array,
  positions: Int32Array,
  targets: Int32Array,
  onChunk?: (coefficients: Float32Array, begin: number, rows: number) => void,
): TokenScore {
  const { width, vocabulary, chunkRows } = product;
  const count = positions.length;
  const buffer = new Float32Array(Math.min(chunkRows, count) * vocabulary);
  let lossSum = 0;
  let correct = 0;
  for (let begin = 0; begin < count; begin += chunkRows) {
    const rows = Math.min(chunkRows, count - begin);
    const logits = buffer.subarray(0, rows * vocabulary);
    product.logits(normed.subarray(begin * width, (begin + rows) * width), logits);
    for (let row = 0; row < rows; row++) {
      const values = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
      const target = targets[positions[begin + row]];
      const largest = largestIndex(values);
      if (largest === target) correct++;
      lossSum += tokenLoss(values, target, values[largest], onChunk !== undefined);
    }
    onChunk?.(logits, begin, rows);
  }
  return { lossSum, correct, count };
}

/**
 * Loss of one position.
 *
 * @param differentiate Whether the logits are replaced by the gradient at them.
 */
function tokenLoss(logits: Float32Array, target: number, largest: number, differentiate: boolean): number {
  const own = logits[target];
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const power = Math.exp(logits[i] - largest);
    sum += power;
    if (differentiate) logits[i] = power;
  }
  if (differentiate) {
    for (let i = 0; i < logits.length; i++) logits[i] /= sum;
    logits[target] = Math.exp(own - largest) / sum - 1;
  }
  return Math.log(sum) + largest - own;
}

function largestIndex(values: Float32Array): number {
  let largest = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[largest]) largest = i;
  return largest;
}

/** The positions with a target. */
function predictedPositions(
  { width, vocabulary }: VocabularyProduct,
  { shape }: Tensor,
  targets: Int32Array,
): Int32Array {
  if (shape.length !== 2 || shape[0] !== targets.length || shape[1] !== width) {
    throw new ModelError(`has shape [${shape.join(', ')}], expected [${targets.length}, ${width}].`, {
      subject: 'hidden states',
    });
  }
  const positions = Int32Array.from(targets.keys()).filter((position) => targets[position] !== NO_TARGET);
  if (positions.length === 0) throw new DataError('a mini-batch without a token to predict.');
  const bad = positions.find((position) => targets[position] < 0 || targets[position] >= vocabulary);
  if (bad === undefined) return positions;
  throw new DataError(`is ${targets[bad]}, the model knows 0 to ${vocabulary - 1}.`, {
    subject: `token after position ${bad}`,
    remedy: "Use the model's own tokenizer.",
  });
}

function rowsAt(data: Float32Array, width: number, positions: Int32Array): Float32Array {
  const rows = new Float32Array(positions.length * width);
  positions.forEach((position, row) => {
    rows.set(data.subarray(position * width, (position + 1) * width), row * width);
  });
  return rows;
}
