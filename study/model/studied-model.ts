import type { BertConfig } from '#shared/model/families/bert/bert-config.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { restoreConfig } from '#shared/model/families/stored-config.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';

/** A BERT. A study uses neither its number of heads nor its embedding tables. */
const BERT_FORM: BertConfig = {
  family: 'bert',
  hiddenSize: 1,
  layerCount: 1,
  headCount: 1,
  intermediateSize: 1,
  layerNormEpsilon: 1,
  vocabularySize: 1,
  maximumTokens: 1,
  tokenTypeCount: 1,
};

/** The model that a study's rounds compute: that of its directory, or a BERT of the sizes in the settings. */
export function studiedModel({ model }: StudySettings): ModelConfig {
  const { config, hiddenSize, intermediateSize, layerCount } = model;
  if (config !== undefined) return restoreConfig(config);
  return { ...BERT_FORM, hiddenSize, intermediateSize, layerCount };
}
