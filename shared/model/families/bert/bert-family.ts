import { defineFamily } from '#shared/model/families/model-family.ts';
import { TOKEN_FLOPS_PER_VALUE } from '#shared/model/families/model-input.ts';
import { tokenEmbedding } from '#shared/model/families/parts/token-embedding.ts';
import { type BertConfig, bertConfigSchema, parseBert } from './bert-config.ts';
import { bertTables } from './bert-embedding.ts';
import { bertLayout } from './bert-layout.ts';
import { BERT_RENAMES } from './bert-names.ts';
import { bertTensorShapes, poolerShapes } from './bert-tensors.ts';
import { bertTransformersConfig } from './bert-transformers.ts';

/** BERT and models of the same form with other names: MiniLM, BGE, first-generation GTE. */
export const BERT = defineFamily<BertConfig>({
  name: 'bert',
  configSchema: bertConfigSchema,
  parse: parseBert,
  deviceParts: ['embeddings.'],
  checkpoint: {
    prefix: 'bert.',
    anchor: 'embeddings.word_embeddings.weight',
    parts: ['embeddings.', 'encoder.', 'pooler.'],
    renames: BERT_RENAMES,
    unused: ['embeddings.position_ids', 'embeddings.token_type_ids'],
  },
  peft: {
    baseModelClass: 'BertModel',
    library: 'transformers.models.bert.modeling_bert',
    layerNames: (canonical) => [canonical],
  },
  describe: (config) => ({
    layout: bertLayout(config),
    input: {
      kind: 'text',
      vocabularySize: config.vocabularySize,
      maximumTokens: config.maximumTokens,
      tokenTypeCount: config.tokenTypeCount,
      flopsPerValue: TOKEN_FLOPS_PER_VALUE,
      embedding: (tensors) =>
        tokenEmbedding(
          bertTables(tensors, { width: config.hiddenSize, epsilon: config.layerNormEpsilon }),
          config,
        ),
    },
    tensors: () =>
      bertTensorShapes(config, {
        words: config.vocabularySize,
        positions: config.maximumTokens,
        types: config.tokenTypeCount,
        width: config.hiddenSize,
      }),
    poolerTensors: () => poolerShapes(config),
    transformersConfig: () => bertTransformersConfig(config),
  }),
});
