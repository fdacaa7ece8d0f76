import { ModelError } from '#shared/errors.ts';
import { BERT } from './bert/bert-family.ts';
import type { ModelConfig } from './model-config.ts';
import type { ModelDescription, ModelFamily } from './model-family.ts';
import { VIT } from './vit/vit-family.ts';

/** Every family of models that can be trained; a new one is a folder and an entry here. */
export const FAMILIES: readonly ModelFamily[] = [BERT, VIT];

/** The family of this name (Hugging Face's `model_type`). Throws a {@link ModelError} naming `subject` when it is none. */
export function findFamily(name: string, subject: string): ModelFamily {
  const family = FAMILIES.find((candidate) => candidate.name === name);
  if (family !== undefined) return family;
  throw new ModelError(`model_type ${name} is not supported.`, {
    subject,
    remedy: `Use a model of type ${FAMILIES.map((known) => known.name).join(' or ')}.`,
  });
}

export function familyOf(config: ModelConfig): ModelFamily {
  return findFamily(config.family, 'model');
}

/** What a config comes to: the encoder's layout, what the model takes, its tensors. */
export function describeModel(config: ModelConfig): ModelDescription {
  return familyOf(config).describe(config);
}
