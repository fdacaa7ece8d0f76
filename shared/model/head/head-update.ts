import { sgdStep } from '#shared/model/optimizer/sgd.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { TensorMean } from '#shared/model/tensor-mean.ts';
import type { Head } from './head.ts';

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
