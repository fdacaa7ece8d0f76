import { bertTables } from '#shared/model/families/bert/bert-embedding.ts';
import { bertLayout } from '#shared/model/families/bert/bert-layout.ts';
import { BERT_CHECKPOINT } from '#shared/model/families/bert/bert-names.ts';
import { bertTensorShapes, poolerShapes } from '#shared/model/families/bert/bert-tensors.ts';
import { bertTransformersConfig } from '#shared/model/families/bert/bert-transformers.ts';
import { defineFamily, type ModelFamily } from '#shared/model/families/model-family.ts';
import { peftNames } from '#shared/model/families/parts/peft-names.ts';
import { textInput } from '#shared/model/families/parts/text-input.ts';
import { parseRoberta, type RobertaConfig, type RobertaName, robertaConfigSchema } from './roberta-config.ts';

function robertaFamily(name: RobertaName, baseModelClass: string, module: string): ModelFamily {
  return defineFamily<RobertaConfig>({
    name,
    configSchema: robertaConfigSchema(name),
    parse: (files) => parseRoberta(name, files),
    deviceParts: ['embeddings.'],
    checkpoint: { prefix: 'roberta.', ...BERT_CHECKPOINT },
    peft: peftNames(baseModelClass, module),
    describe: (config) => ({
      layout: bertLayout(config),
      // RoBERTa's tokenizers give no token types: all tokens have type 0, for any size of the table.
      input: textInput({ ...config, tokenTypeCount: undefined }, (tensors) =>
        bertTables(tensors, { width: config.hiddenSize, epsilon: config.layerNormEpsilon }),
      ),
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

export const ROBERTA = robertaFamily('roberta', 'RobertaModel', 'roberta');

export const XLM_ROBERTA = robertaFamily('xlm-roberta', 'XLMRobertaModel', 'xlm_roberta');

export const CAMEMBERT = robertaFamily('camembert', 'CamembertModel', 'camembert');
