import { ModelError } from '#shared/errors.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { type CrossEntropy, crossEntropy } from './cross-entropy.ts';
import { dense, denseInputGradient, denseParameterGradients, type Rows } from './dense-arrays.ts';
import type { Head } from './head.ts';
import { squaredError } from './squared-error.ts';

/** A head's forward and backward pass on one mini-batch. */
export interface HeadPass {
  /** Mean over the batch of the softmax cross-entropy, or of the squared error of scores. */
  readonly loss: number;
  /** Number of rows whose label has the largest logit; 0 for scores. */
  readonly correct: number;
  /** [batch, labels], or [batch, 1] for scores. */
  readonly logits: Tensor;
  /** Gradients of the head's tensors, under their names. */
  readonly gradients: NamedTensors;
  /** Feature gradient g_n, [batch, features], which is sent to the encoder. */
  readonly featureGradient: Tensor;
}

function rowsOf(features: Tensor, head: Head): Rows {
  const [rows, columns] = features.shape;
  const first = requireTensor(head.parameters, head.settings.kind === 'hidden' ? 'hidden.weight' : 'weight');
  if (features.shape.length !== 2 || columns !== first.shape[1]) {
    throw new ModelError(`has shape [${features.shape.join(', ')}], expected [batch, ${first.shape[1]}].`, {
      subject: 'features',
    });
  }
  return { rows, columns, data: Float64Array.from(features.data) };
}

function tensorOf({ rows, columns, data }: Rows): Tensor {
  return { shape: [rows, columns], data: Float32Array.from(data) };
}

interface Activations {
  /** Input of the last dense layer: the features, or the hidden layer's output. */
  readonly lastInput: Rows;
  readonly logits: Rows;
}

function activations(head: Head, features: Rows): Activations {
  const { parameters, settings } = head;
  let lastInput = features;
  if (settings.kind === 'hidden') {
    const before = dense(
      features,
      requireTensor(parameters, 'hidden.weight'),
      requireTensor(parameters, 'hidden.bias'),
    );
    const activate = settings.activation === 'tanh' ? Math.tanh : (value: number) => Math.max(value, 0);
    lastInput = { ...before, data: before.data.map(activate) };
  }
  const logits = dense(lastInput, requireTensor(parameters, 'weight'), requireTensor(parameters, 'bias'));
  return { lastInput, logits };
}

/** Loss of the outputs of a head, and its gradient at them. */
export function lossOf(outputs: Rows, targets: Int32Array | Float32Array): CrossEntropy {
  if (targets instanceof Int32Array) return crossEntropy(outputs, targets);
  const { loss, outputGradient } = squaredError(outputs, targets);
  return { loss, correct: 0, logitGradient: outputGradient };
}

/** Derivative of the hidden activation, computed from the activation's output. */
function activationSlope(activation: 'tanh' | 'relu', output: number): number {
  switch (activation) {
    case 'tanh':
      return 1 - output * output;
    case 'relu':
      return output > 0 ? 1 : 0;
  }
}

/** Logits of a head, [batch, labels], for features [batch, features]. */
export function headLogits(head: Head, features: Tensor): Tensor {
  return tensorOf(activations(head, rowsOf(features, head)).logits);
}

/** Index of the largest logit of each row; the first of equal logits. */
export function predictedLabels(logits: Tensor): Int32Array {
  const [rows, columns] = logits.shape;
  return Int32Array.from({ length: rows }, (_, row) => {
    const values = logits.data.subarray(row * columns, (row + 1) * columns);
    return values.indexOf(values.reduce((largest, value) => Math.max(largest, value)));
  });
}

/**
 * Loss of a head on features [batch, features], and its gradients (step 3 of a round). Computed in double
 * precision and rounded once.
 *
 * @param targets [batch] Class indices (integers), or the scores that a head with one output is to give.
 * @throws {@link ModelError} for features of another width, {@link DataError} for a label out of range.
 */
export function headPass(head: Head, features: Tensor, targets: Int32Array | Float32Array): HeadPass {
  const { parameters, settings } = head;
  const input = rowsOf(features, head);
  const { lastInput, logits } = activations(head, input);
  const { loss, correct, logitGradient } = lossOf(logits, targets);
  const last = denseParameterGradients(logitGradient, lastInput);
  const lastInputGradient = denseInputGradient(logitGradient, requireTensor(parameters, 'weight'));
  const outputGradients: [string, Tensor][] = [
    ['weight', last.weight],
    ['bias', last.bias],
  ];
  if (settings.kind !== 'hidden') {
    return {
      loss,
      correct,
      logits: tensorOf(logits),
      gradients: new Map(outputGradients),
      featureGradient: tensorOf(lastInputGradient),
    };
  }
  const hiddenGradient = {
    ...lastInputGradient,
    data: lastInputGradient.data.map((g, i) => g * activationSlope(settings.activation, lastInput.data[i])),
  };
  const hidden = denseParameterGradients(hiddenGradient, input);
  return {
    loss,
    correct,
    logits: tensorOf(logits),
    gradients: new Map([['hidden.weight', hidden.weight], ['hidden.bias', hidden.bias], ...outputGradients]),
    featureGradient: tensorOf(denseInputGradient(hiddenGradient, requireTensor(parameters, 'hidden.weight'))),
  };
}
