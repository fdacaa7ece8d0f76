import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { defineFamily } from '#shared/model/families/model-family.ts';
import { encoderShapes } from '#shared/model/families/parts/encoder-shapes.ts';
import { peftNames } from '#shared/model/families/parts/peft-names.ts';
import { equalHeads } from '#shared/model/families/parts/plain-layout.ts';
import { textInput } from '#shared/model/families/parts/text-input.ts';
import type { TokenTables } from '#shared/model/families/parts/token-embedding.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { layerNorm } from '#shared/model/tensor-shapes.ts';
import { type ModernBertConfig, modernBertConfigSchema, parseModernBert } from './modernbert-config.ts';
import { modernBertTransformersConfig } from './modernbert-transformers.ts';

function layerLayout(index: number, { isLocal, rotaryBases, window }: ModernBertConfig): LayerLayout {
  const layer = `layers.${index}`;
  return {
    // The embedding module ends with a norm, so the first layer begins without one.
    attentionNorm: index === 0 ? undefined : `${layer}.attn_norm`,
    projections: { kind: 'fused', all: `${layer}.attn.Wqkv` },
    headNorms: undefined,
    attentionOutput: `${layer}.attn.Wo`,
    outputNorm: `${layer}.mlp_norm`,
    feedForward: { kind: 'fused-gated', gateAndUp: `${layer}.mlp.Wi`, output: `${layer}.mlp.Wo` },
    rotaryBase: isLocal[index] ? rotaryBases.local : rotaryBases.full,
    window: isLocal[index] ? window : undefined,
  };
}

function modernBertLayout(config: ModernBertConfig): EncoderLayout {
  const { biases } = config;
  return {
    ...equalHeads(config),
    norm: 'layer',
    normEpsilon: config.layerNormEpsilon,
    normPlacement: 'before',
    activation: 'gelu',
    mask: 'padding',
    biases: {
      projections: biases.attention,
      attentionOutput: biases.attention,
      feedForward: biases.feedForward,
      norms: biases.norms,
    },
    layers: Array.from({ length: config.layerCount }, (_, index) => layerLayout(index, config)),
    finalNorm: 'final_norm',
    pooler: undefined,
  };
}

function tables(config: ModernBertConfig, tensors: NamedTensors): TokenTables {
  return {
    width: config.hiddenSize,
    words: requireTensor(tensors, 'embeddings.tok_embeddings.weight').data,
    positions: undefined,
    types: undefined,
    norm: {
      weight: requireTensor(tensors, 'embeddings.norm.weight').data,
      bias: config.biases.norms ? requireTensor(tensors, 'embeddings.norm.bias').data : undefined,
      epsilon: config.layerNormEpsilon,
    },
  };
}

export const MODERNBERT = defineFamily<ModernBertConfig>({
  name: 'modernbert',
  configSchema: modernBertConfigSchema,
  parse: parseModernBert,
  deviceParts: ['embeddings.'],
  checkpoint: {
    prefix: 'model.',
    anchor: 'embeddings.tok_embeddings.weight',
    parts: ['embeddings.', 'layers.', 'final_norm.'],
    renames: [],
    unused: [],
  },
  peft: peftNames('ModernBertModel', 'modernbert'),
  describe: (config) => ({
    layout: modernBertLayout(config),
    input: textInput({ ...config, tokenTypeCount: undefined }, (tensors) => tables(config, tensors)),
    tensors: () =>
      new Map([
        ['embeddings.tok_embeddings.weight', [config.vocabularySize, config.hiddenSize]],
        ...layerNorm('embeddings.norm', config.hiddenSize, config.biases.norms),
        ...encoderShapes(modernBertLayout(config)),
      ]),
    poolerTensors: () => new Map(),
    transformersConfig: () => modernBertTransformersConfig(config),
  }),
});
