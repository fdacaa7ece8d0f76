import { bertTables } from '#shared/model/families/bert/bert-embedding.ts';
import { bertLayout } from '#shared/model/families/bert/bert-layout.ts';
import { BERT_RENAMES } from '#shared/model/families/bert/bert-names.ts';
import { bertTensorShapes, poolerShapes } from '#shared/model/families/bert/bert-tensors.ts';
import { bertTransformersConfig } from '#shared/model/families/bert/bert-transformers.ts';
import { defineFamily, type ModelFamily } from '#shared/model/families/model-family.ts';
import { TOKEN_FLOPS_PER_VALUE } from '#shared/model/families/model-input.ts';
import { tokenEmbedding } from '#shared/model/families/parts/token-embedding.ts';
import { parseRoberta, type RobertaConfig, type RobertaName, robertaConfigSchema } from './roberta-config.ts';

function robertaFamily(name: RobertaName, baseModelClass: string, library: string): ModelFamily {
  return defineFamily<RobertaConfig>({
    name,
    configSchema: robertaConfigSchema(name),
    parse: (files) => parseRoberta(name, files),
    deviceParts: ['embeddings.'],
    checkpoint: {
      prefix: 'roberta.',
      anchor: 'embeddings.word_embeddings.weight',
      parts: ['embeddings.', 'encoder.', 'pooler.'],
      renames: BERT_RENAMES,
      unused: ['embeddings.position_ids', 'embeddings.token_type_ids'],
    },
    peft: { baseModelClass, library, layerNames: (canonical) => [canonical] },
    describe: (config) => ({
      layout: bertLayout(config),
      input: {
        kind: 'text',
        vocabularySize: config.vocabularySize,
        maximumTokens: config.maximumTokens,
        // RoBERTa's tokenizers give no token types: all tokens have type 0, whatever the size of the table.
        tokenTypeCount: undefined,
        flopsPerValue: TOKEN_FLOPS_PER_VALUE,
        embedding: (tensors) =>
          tokenEmbedding(
            bertTables(tensors, { width: config.hiddenSize, epsilon: config.layerNormEpsilon }),
            { ...config, tokenTypeCount: undefined },
          ),
      },
      tensors: () =>
        bertTensorShapes(config, {
          words: config.vocabularySize,
          positions: config.maximumTokens + config.paddingId + 1,
          types: config.tokenTypeCount,
          width: config.hiddenSize,
        }),
      poolerTensors: () => poolerShapes(config),
      transformersConfig: () => bertTransformersConfig(config),
    }),
  });
}

export const ROBERTA = robertaFamily(
  'roberta',
  'RobertaModel',
  'transformers.models.roberta.modeling_roberta',
);

export const XLM_ROBERTA = robertaFamily(
  'xlm-roberta',
  'XLMRobertaModel',
  'transformers.models.xlm_roberta.modeling_xlm_roberta',
);

export const CAMEMBERT = robertaFamily(
  'camembert',
  'CamembertModel',
  'transformers.models.camembert.modeling_camembert',
);
