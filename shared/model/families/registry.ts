import { ModelError } from '#shared/errors.ts';
import { BERT } from './bert/bert-family.ts';
import { DEIT } from './deit/deit-family.ts';
import { DISTILBERT } from './distilbert/distilbert-family.ts';
import { ELECTRA } from './electra/electra-family.ts';
import { GPT2 } from './gpt2/gpt2-family.ts';
import { LLAMA, MISTRAL } from './llama/llama-family.ts';
import type { ModelConfig } from './model-config.ts';
import type { ModelDescription, ModelFamily } from './model-family.ts';
import { MODERNBERT } from './modernbert/modernbert-family.ts';
import { QWEN2, QWEN3 } from './qwen/qwen-family.ts';
import { CAMEMBERT, ROBERTA, XLM_ROBERTA } from './roberta/roberta-family.ts';
import { VIT } from './vit/vit-family.ts';

/** All model families that can be trained. To add one, add a folder and an entry here. */
export const FAMILIES: readonly ModelFamily[] = [
  BERT,
  ROBERTA,
  XLM_ROBERTA,
  CAMEMBERT,
  DISTILBERT,
  ELECTRA,
  VIT,
  DEIT,
  MODERNBERT,
  GPT2,
  LLAMA,
  MISTRAL,
  QWEN2,
  QWEN3,
];

/**
 * Returns the family of this name (Hugging Face's `model_type`). Throws a {@link ModelError} with `subject`
 * when there is none.
 */
export function findFamily(name: string, subject: string): ModelFamily {
  const family = FAMILIES.find((candidate) => candidate.name === name);
  if (family !== undefined) return family;
  throw new ModelError(`model_type ${name} is not supported.`, {
    subject,
    remedy: `Use a model of one of the types ${FAMILIES.map((known) => known.name).join(', ')}.`,
  });
}

/** Names of the families whose models predict the next token. */
export function languageFamilies(): readonly string[] {
  return FAMILIES.filter(({ languageModel }) => languageModel !== undefined).map(({ name }) => name);
}

export function familyOf(config: ModelConfig): ModelFamily {
  return findFamily(config.family, 'model');
}

/** Derives the encoder's layout, the model's input and its tensors from a config. */
export function describeModel(config: ModelConfig): ModelDescription {
  return familyOf(config).describe(config);
}
