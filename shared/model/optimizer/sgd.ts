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
      return [name, { shape, data: data.map((value, i) => value - learningRate * gradient[i]) }];
    }),
  );
}
