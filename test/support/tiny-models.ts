import type { ElectraConfig } from '#shared/model/families/electra/electra-family.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import type { RobertaConfig } from '#shared/model/families/roberta/roberta-config.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { randomTensor, TINY_BERT } from './tiny-bert.ts';
import { TINY_VIT } from './tiny-vit.ts';

const EXTENT = { hiddenSize: 8, layerCount: 2, headCount: 2, intermediateSize: 12, layerNormEpsilon: 1e-12 };
const TEXT = { ...EXTENT, vocabularySize: 20, maximumTokens: 10 };

const TINY_ROBERTA: RobertaConfig = { family: 'roberta', ...TEXT, tokenTypeCount: 1, paddingId: 1 };
const TINY_ELECTRA: ElectraConfig = { family: 'electra', ...TEXT, tokenTypeCount: 2, embeddingSize: 6 };

/** A model of every form that a family has, small enough to be made on the spot. */
export const TINY_MODELS = {
  bert: TINY_BERT,
  roberta: TINY_ROBERTA,
  distilbert: { family: 'distilbert', ...TEXT },
  electra: TINY_ELECTRA,
  vit: TINY_VIT,
  deit: { ...TINY_VIT, family: 'deit' },
} as const satisfies Readonly<Record<string, ModelConfig>>;

export const TINY_FAMILIES = [
  'bert',
  'roberta',
  'distilbert',
  'electra',
  'vit',
  'deit',
] as const satisfies readonly (keyof typeof TINY_MODELS)[];

/** Whether models of a family may have a pooler. */
export function mayHavePooler(family: keyof typeof TINY_MODELS): boolean {
  return describeModel(TINY_MODELS[family]).poolerTensors().size > 0;
}

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
