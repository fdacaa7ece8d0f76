import { defineFamily } from '#shared/model/families/model-family.ts';
import { peftNames } from '#shared/model/families/parts/peft-names.ts';
import { textInput } from '#shared/model/families/parts/text-input.ts';
import { type BertConfig, bertConfigSchema, parseBert } from './bert-config.ts';
import { bertTables } from './bert-embedding.ts';
import { bertLayout } from './bert-layout.ts';
import { BERT_CHECKPOINT } from './bert-names.ts';
import { bertTensorShapes, poolerShapes } from './bert-tensors.ts';
import { bertTransformersConfig } from './bert-transformers.ts';

/** BERT and models of the same form with other names: MiniLM, BGE, first-generation GTE. */
export const BERT = defineFamily<BertConfig>({
  name: 'bert',
  configSchema: bertConfigSchema,
  parse: parseBert,
  deviceParts: ['embeddings.'],
  checkpoint: { prefix: 'bert.', ...BERT_CHECKPOINT },
  peft: peftNames('BertModel', 'bert'),
  describe: (config) => ({
    layout: bertLayout(config),
    input: textInput(config, (tensors) =>
      bertTables(tensors, { width: config.hiddenSize, epsilon: config.layerNormEpsilon }),
    ),
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
