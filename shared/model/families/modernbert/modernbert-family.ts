import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { defineFamily } from '#shared/model/families/model-family.ts';
import { TOKEN_FLOPS_PER_VALUE } from '#shared/model/families/model-input.ts';
import { encoderShapes } from '#shared/model/families/parts/encoder-shapes.ts';
import { type TokenTables, tokenEmbedding } from '#shared/model/families/parts/token-embedding.ts';
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
  const { hiddenSize, intermediateSize, headCount, biases } = config;
  return {
    hiddenSize,
    intermediateSize,
    headCount,
    keyValueHeadCount: headCount,
    headWidth: hiddenSize / headCount,
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
  peft: {
    baseModelClass: 'ModernBertModel',
    library: 'transformers.models.modernbert.modeling_modernbert',
    layerNames: (canonical) => [canonical],
  },
  describe: (config) => ({
    layout: modernBertLayout(config),
    input: {
      kind: 'text',
      vocabularySize: config.vocabularySize,
      maximumTokens: config.maximumTokens,
      tokenTypeCount: undefined,
      flopsPerValue: TOKEN_FLOPS_PER_VALUE,
      embedding: (tensors) =>
        tokenEmbedding(tables(config, tensors), { ...config, tokenTypeCount: undefined }),
    },
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
