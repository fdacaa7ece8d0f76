import type { ElectraConfig } from '#shared/model/families/electra/electra-family.ts';
import type { Gpt2Config } from '#shared/model/families/gpt2/gpt2-config.ts';
import type { LlamaConfig } from '#shared/model/families/llama/llama-config.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { ModernBertConfig } from '#shared/model/families/modernbert/modernbert-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import type { RobertaConfig } from '#shared/model/families/roberta/roberta-config.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { randomTensor, TINY_BERT } from './tiny-bert.ts';
import { TINY_VIT } from './tiny-vit.ts';

const EXTENT = { hiddenSize: 8, layerCount: 2, headCount: 2, intermediateSize: 12, layerNormEpsilon: 1e-12 };
const TEXT = { ...EXTENT, vocabularySize: 20, maximumTokens: 10 };

const TINY_ROBERTA: RobertaConfig = { family: 'roberta', ...TEXT, tokenTypeCount: 1, paddingId: 1 };
const TINY_ELECTRA: ElectraConfig = { family: 'electra', ...TEXT, tokenTypeCount: 2, embeddingSize: 6 };

const TINY_GPT2: Gpt2Config = { family: 'gpt2', ...TEXT, activation: 'gelu-tanh' };
const TINY_LLAMA: LlamaConfig = {
  family: 'llama',
  ...TEXT,
  keyValueHeadCount: 1,
  headWidth: 4,
  rotaryBase: 100,
  biases: { projections: true, attentionOutput: false, feedForward: true },
  headNorms: false,
};
const TINY_QWEN3: LlamaConfig = {
  ...TINY_LLAMA,
  family: 'qwen3',
  biases: { projections: true, attentionOutput: true, feedForward: false },
  headNorms: true,
};
const TINY_MODERNBERT: ModernBertConfig = {
  family: 'modernbert',
  ...TEXT,
  window: 2,
  isLocal: [false, true, true],
  rotaryBases: { full: 1000, local: 100 },
  biases: { attention: true, feedForward: false, norms: true },
};

/** A model of each form of every family, small enough to be made in each test. */
export const TINY_MODELS = {
  bert: TINY_BERT,
  roberta: TINY_ROBERTA,
  distilbert: { family: 'distilbert', ...TEXT },
  electra: TINY_ELECTRA,
  modernbert: TINY_MODERNBERT,
  gpt2: TINY_GPT2,
  llama: TINY_LLAMA,
  qwen3: TINY_QWEN3,
  vit: TINY_VIT,
  deit: { ...TINY_VIT, family: 'deit' },
} as const satisfies Readonly<Record<string, ModelConfig>>;

export const TINY_FAMILIES = [
  'bert',
  'roberta',
  'distilbert',
  'electra',
  'modernbert',
  'gpt2',
  'llama',
  'qwen3',
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
      const shift = /(norm.*|ln_\w+)\.weight$/i.test(name) ? 1 : 0;
      return [name, { shape, data: value.data.map((entry) => entry + shift) }];
    }),
  );
}
