import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { describeModel, familyOf } from '#shared/model/families/registry.ts';
import { requireFeatures } from '#shared/model/features.ts';
import { isOutputMatrix, OUTPUT_MATRIX } from '#shared/model/language/final-norm.ts';
import { requireFloats } from '#shared/model/safetensors/stored-tensor.ts';
import { requireFinite, requireShape } from '#shared/model/tensor.ts';
import { type PretrainedModel, readModelConfig, readModelDirectory } from './model-directory.ts';
import { CONFIG_FILE } from './model-files.ts';
import { parseModelJson, readModelFile } from './read-model-file.ts';
import { requireValid } from './require-valid.ts';
import { openStoredWeights } from './stored-weights.ts';

const tyingSchema = z.object({ tie_word_embeddings: z.boolean().nullish() });

/**
 * Reads a language model with its output matrix. A model whose config ties it to the word embeddings has no
 * tensor of its own for it; as in transformers, one in the checkpoint is then not used.
 *
 * @param imageSize The setting `model.imageSize`, which no language model has.
 * @throws ModelError as {@link readModelDirectory}; for a model that is no language model; and for one whose
 *   output matrix is missing. ConfigError for an image size.
 */
export async function readLanguageModel(directory: string, imageSize?: number): Promise<PretrainedModel> {
  const config = await readModelConfig(directory, imageSize);
  requireFeatures('tokens', { config, tensors: new Map() });
  const model = await readModelDirectory(directory);
  if (await isTied(directory, familyOf(config).languageModel?.isTied ?? true)) return model;
  const { input } = describeModel(config);
  const weights = await openStoredWeights(directory);
  const name = weights.names.find(isOutputMatrix);
  if (name === undefined || input.kind !== 'text') {
    throw new ModelError(`has no ${OUTPUT_MATRIX}, and its config does not tie it to the word embeddings.`, {
      subject: weights.subject,
      remedy: 'Save the model with its head: as AutoModelForCausalLM, not as AutoModel.',
    });
  }
  const value = requireFloats(await weights.read(name), name, weights.fileOf(name));
  const matrix = requireFinite(name, requireShape(name, value, [input.vocabularySize, config.hiddenSize]));
  return { config, tensors: new Map([...model.tensors, [OUTPUT_MATRIX, matrix]]) };
}

/** Whether the output matrix is the word embeddings. */
async function isTied(directory: string, usual: boolean): Promise<boolean> {
  const path = `${directory}/${CONFIG_FILE}`;
  const bytes = await readModelFile(path, 'Fetch it again.');
  return statedTying(parseModelJson(bytes, path), path) ?? usual;
}

/** The entry of a config.json that says whether the output matrix is the word embeddings. */
export function statedTying(config: unknown, path: string): boolean | null | undefined {
  return requireValid(tyingSchema, config, path).tie_word_embeddings;
}
