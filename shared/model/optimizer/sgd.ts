import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import type { OptimizerSettings } from './settings.ts';

type SgdSettings = Pick<Extract<OptimizerSettings, { readonly kind: 'sgd' }>, 'learningRate'>;

/** Plain stochastic gradient descent, as `torch.optim.SGD` without momentum: p - learningRate * g. */
export function sgdStep(
  { learningRate }: SgdSettings,
  parameters: NamedTensors,
  gradients: NamedTensors,
): NamedTensors {
  return new Map(
    [...parameters].map(([name, { shape, data }]): [string, Tensor] => {
      const gradient = requireTensor(gradients, name).data;
      // A plain loop: an output matrix has 100 million values, and a callback for each takes seconds.
      const stepped = new Float32Array(data.length);
      for (let i = 0; i < data.length; i++) stepped[i] = data[i] - learningRate * gradient[i];
      return [name, { shape, data: stepped }];
    }),
  );
}
