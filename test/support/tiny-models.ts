import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { randomTensor, TINY_BERT } from './tiny-bert.ts';
import { TINY_VIT } from './tiny-vit.ts';

/** A model of every family, small enough to be made on the spot. */
export const TINY_MODELS = { bert: TINY_BERT, vit: TINY_VIT } as const satisfies Readonly<
  Record<string, ModelConfig>
>;

export const TINY_FAMILIES = ['bert', 'vit'] as const satisfies readonly (keyof typeof TINY_MODELS)[];

/** Random weights of every shape, norms near one. */
export function tinyTensors(config: ModelConfig, pooler = true, seed = 1): Map<string, Tensor> {
  const { tensors, poolerTensors } = describeModel(config);
  const shapes = new Map([...tensors(), ...(pooler ? poolerTensors() : [])]);
  return new Map(
    [...shapes].map(([name, shape], index): [string, Tensor] => {
      const value = randomTensor(shape, seed * 1000 + index, 0.3);
      const shift = /norm.*\.weight$/i.test(name) ? 1 : 0;
      return [name, { shape, data: value.data.map((entry) => entry + shift) }];
    }),
  );
}
