import { ModelError } from '#shared/errors.ts';
import { BERT } from './bert/bert-family.ts';
import { DEIT } from './deit/deit-family.ts';
import { DISTILBERT } from './distilbert/distilbert-family.ts';
import { ELECTRA } from './electra/electra-family.ts';
import type { ModelConfig } from './model-config.ts';
import type { ModelDescription, ModelFamily } from './model-family.ts';
import { CAMEMBERT, ROBERTA, XLM_ROBERTA } from './roberta/roberta-family.ts';
import { VIT } from './vit/vit-family.ts';

/** Every family of models that can be trained; a new one is a folder and an entry here. */
export const FAMILIES: readonly ModelFamily[] = [
  BERT,
  ROBERTA,
  XLM_ROBERTA,
  CAMEMBERT,
  DISTILBERT,
  ELECTRA,
  VIT,
  DEIT,
];

/** The family of this name (Hugging Face's `model_type`). Throws a {@link ModelError} naming `subject` when it is none. */
export function findFamily(name: string, subject: string): ModelFamily {
  const family = FAMILIES.find((candidate) => candidate.name === name);
  if (family !== undefined) return family;
  throw new ModelError(`model_type ${name} is not supported.`, {
    subject,
    remedy: `Use a model of one of the types ${FAMILIES.map((known) => known.name).join(', ')}.`,
  });
}

export function familyOf(config: ModelConfig): ModelFamily {
  return findFamily(config.family, 'model');
}

/** What a config comes to: the encoder's layout, what the model takes, its tensors. */
export function describeModel(config: ModelConfig): ModelDescription {
  return familyOf(config).describe(config);
}
