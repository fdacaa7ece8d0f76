import type { LayerNames } from '#shared/model/engine/encoder-layout.ts';
import { defineFamily } from '#shared/model/families/model-family.ts';
import { type BertConfig, bertConfigSchema, parseBert } from './bert-config.ts';
import { bertPoolerShapes, bertTensorShapes } from './bert-tensors.ts';
import { bertEmbedding } from './embedding.ts';

function layerNames(index: number): LayerNames {
  const layer = `encoder.layer.${index}`;
  return {
    query: `${layer}.attention.self.query`,
    key: `${layer}.attention.self.key`,
    value: `${layer}.attention.self.value`,
    attentionOutput: `${layer}.attention.output.dense`,
    attentionNorm: `${layer}.attention.output.LayerNorm`,
    intermediate: `${layer}.intermediate.dense`,
    output: `${layer}.output.dense`,
    outputNorm: `${layer}.output.LayerNorm`,
  };
}

/** BERT, and what has its form under other names: MiniLM, BGE, GTE of the first generation. */
export const BERT = defineFamily<BertConfig>({
  name: 'bert',
  configSchema: bertConfigSchema,
  parse: parseBert,
  checkpoint: {
    prefix: 'bert.',
    anchor: 'embeddings.word_embeddings.weight',
    parts: ['embeddings.', 'encoder.', 'pooler.'],
    renames: [
      [/\.LayerNorm\.gamma$/, '.LayerNorm.weight'],
      [/\.LayerNorm\.beta$/, '.LayerNorm.bias'],
    ],
    unused: ['embeddings.position_ids', 'embeddings.token_type_ids'],
  },
  peft: {
    baseModelClass: 'BertModel',
    library: 'transformers.models.bert.modeling_bert',
    projections: {},
    layerNames: (canonical) => [canonical],
  },
  describe: (config) => ({
    layout: {
      hiddenSize: config.hiddenSize,
      intermediateSize: config.intermediateSize,
      headCount: config.headCount,
      layerNormEpsilon: config.layerNormEpsilon,
      pooler: 'pooler.dense',
      normPlacement: 'after',
      variableLength: true,
      layers: Array.from({ length: config.layerCount }, (_, index) => layerNames(index)),
      finalNorm: undefined,
    },
    input: {
      kind: 'text',
      vocabularySize: config.vocabularySize,
      maximumTokens: config.maximumTokens,
      tokenTypeCount: config.tokenTypeCount,
      // Look-ups and a LayerNorm.
      flopsPerValue: 10,
      embedding: (tensors) => bertEmbedding(config, tensors),
    },
    tensors: () => bertTensorShapes(config),
    poolerTensors: () => bertPoolerShapes(config),
  }),
});
