import { join } from 'node:path';
import { ModelError } from '#shared/errors.ts';
import { floatTensor } from '#shared/model/safetensors/stored-tensor.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { canonicalName } from './checkpoint-names.ts';
import { type JsonFile, type ModelConfig, parseModelConfig } from './model-config.ts';
import { CONFIG_FILE } from './model-files.ts';
import { requireModelTensors } from './model-tensors.ts';
import { fileExists, parseModelJson, readModelFile } from './read-model-file.ts';
import { readStoredWeights, type StoredWeights } from './stored-weights.ts';

/** A pre-trained transformer without a task head: every tensor under its canonical name, checked. */
export interface PretrainedModel {
  readonly config: ModelConfig;
  readonly tensors: NamedTensors;
}

/** A checkpoint's tensors under their canonical names, each with its name on disk; a task's head is left out. */
function namesOnDisk(config: ModelConfig, { tensors, subject }: StoredWeights): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const name of tensors.keys()) {
    const canonical = canonicalName(config.family, name);
    if (canonical === undefined) continue;
    if (names.has(canonical)) {
      throw new ModelError(`holds ${canonical} twice, with and without a prefix.`, {
        subject,
        remedy: 'Remove one of them.',
      });
    }
    names.set(canonical, name);
  }
  return names;
}

/** The file that says how a model's images are prepared, where there is one. */
async function readPreprocessor(directory: string): Promise<JsonFile | undefined> {
  const subject = join(directory, 'preprocessor_config.json');
  if (!(await fileExists(subject))) return undefined;
  const bytes = await readModelFile(subject, 'Fetch it again.');
  return { value: parseModelJson(bytes, subject), subject };
}

/**
 * Reads config.json of a Hugging Face model directory, and preprocessor_config.json where the model reads images.
 *
 * @throws {@link ModelError} naming the file that is missing or unsupported.
 */
export async function readModelConfig(directory: string): Promise<ModelConfig> {
  const path = join(directory, CONFIG_FILE);
  const bytes = await readModelFile(
    path,
    'Give a Hugging Face model directory (config.json, model.safetensors and the tokenizer files).',
  );
  return parseModelConfig(parseModelJson(bytes, path), path, await readPreprocessor(directory));
}

/**
 * Reads config.json and the weights of a Hugging Face model directory, in one file or in shards, of a bare model or of a
 * task model, and preprocessor_config.json where the model reads images.
 *
 * @throws {@link ModelError} naming the file, and the tensor, that is missing, truncated, unsupported, unforeseen,
 *   misshapen or not finite.
 */
export async function readModelDirectory(directory: string): Promise<PretrainedModel> {
  const config = await readModelConfig(directory);
  const weights = await readStoredWeights(directory);
  const names = namesOnDisk(config, weights);
  const fileOf = (canonical: string) => weights.fileOf(names.get(canonical) ?? canonical);
  const tensors = new Map(
    [...names].map(([canonical, name]): [string, Tensor] => [
      canonical,
      floatTensor(weights.tensors, name, weights.fileOf(name)),
    ]),
  );
  return { config, tensors: requireModelTensors(config, tensors, weights.subject, fileOf) };
}
