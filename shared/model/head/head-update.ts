import { sgdStep } from '#shared/model/optimizer/sgd.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { TensorMean } from '#shared/model/tensor-mean.ts';
import type { Head } from './head.ts';

/**
 * The step size of a head that predicts scores: the learning rate over 1 + mean |z|^2 of the features
 * (normalised least mean squares). Plain gradient descent on a squared error diverges for a step size above
 * 1 / |z|^2, and the length of features differs by orders of magnitude between models; cross-entropy has
 * bounded gradients and needs no such division.
 */
export function normalizedStep(learningRate: number, { shape: [rows], data }: Tensor): number {
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += data[i] * data[i];
  return learningRate / (1 + squares / rows);
}

/** The head after one step of gradient descent on its device (eq. 3). */
export function updateHead(head: Head, gradients: NamedTensors, learningRate: number): Head {
  return { ...head, parameters: sgdStep({ learningRate }, head.parameters, gradients) };
}

/** The average of several heads of the same form. It is only evaluated and never sent back to devices. */
export function averageHeads(heads: readonly Head[]): NamedTensors {
  const mean = new TensorMean();
  for (const head of heads) mean.add(head.parameters);
  return mean.mean();
}
