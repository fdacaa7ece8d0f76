import { join } from 'node:path';
import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { JsonFile } from '#shared/model/families/model-family.ts';
import { familyOf } from '#shared/model/families/registry.ts';
import { configAtImageSize, tensorsAtImageSize } from '#shared/model/image-size.ts';
import { requireFloats } from '#shared/model/safetensors/stored-tensor.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { changedForm } from './changed-form.ts';
import { canonicalName, checkpointPrefix } from './checkpoint-names.ts';
import { parseModelConfig } from './model-config.ts';
import { CONFIG_FILE, PREPROCESSOR_FILE } from './model-files.ts';
import { requireModelTensors } from './model-tensors.ts';
import { fileExists, parseModelJson, readModelFile } from './read-model-file.ts';
import { openStoredWeights, type StoredWeights } from './stored-weights.ts';

/** A pre-trained transformer without a task head. All tensors have canonical names and are checked. */
export interface PretrainedModel {
  readonly config: ModelConfig;
  readonly tensors: NamedTensors;
}

/**
 * Maps canonical names to stored names for the tensors of a checkpoint that the model uses. Task heads are
 * left out.
 */
export function namesOnDisk(
  config: ModelConfig,
  { names, subject }: Pick<StoredWeights, 'names' | 'subject'>,
): ReadonlyMap<string, string> {
  const { checkpoint } = familyOf(config);
  const prefix = checkpointPrefix(checkpoint, names, subject);
  const starts = [prefix, checkpoint.prefix, ''].sort((first, second) => second.length - first.length);
  const found = new Map<string, string>();
  for (const name of names) {
    // Check the family's usual prefixes as well as this checkpoint's. A tensor under two of them is an error,
    // not a task head.
    const own = starts.find((start) => name.startsWith(start)) ?? '';
    const canonical = canonicalName(checkpoint, name.slice(own.length));
    if (canonical === undefined) continue;
    if (found.has(canonical)) {
      throw new ModelError(`holds ${canonical} twice, under two names.`, {
        subject,
        remedy: 'Remove one of them.',
      });
    }
    found.set(canonical, name);
  }
  return found;
}

/** Reads preprocessor_config.json, which describes how images are prepared; undefined when there is none. */
async function readPreprocessor(directory: string): Promise<JsonFile | undefined> {
  const subject = join(directory, PREPROCESSOR_FILE);
  if (!(await fileExists(subject))) return undefined;
  const bytes = await readModelFile(subject, 'Fetch it again.');
  return { value: parseModelJson(bytes, subject), subject };
}

/**
 * Reads config.json of a Hugging Face model directory, and preprocessor_config.json if it exists.
 *
 * @param imageSize The setting `model.imageSize`: image size of a vision model in place of its own.
 * @throws {@link ModelError} naming the file that is missing or unsupported; ConfigError for an image
 *   size that does not fit the model.
 */
export async function readModelConfig(directory: string, imageSize?: number): Promise<ModelConfig> {
  return configAtImageSize(await readStoredConfig(directory), imageSize);
}

async function readStoredConfig(directory: string): Promise<ModelConfig> {
  const path = join(directory, CONFIG_FILE);
  const bytes = await readModelFile(
    path,
    'Give a Hugging Face model directory (config.json, model.safetensors and the tokenizer files).',
  );
  return parseModelConfig({
    config: { value: parseModelJson(bytes, path), subject: path },
    preprocessor: await readPreprocessor(directory),
  });
}

/**
 * Reads config and weights of a Hugging Face model directory. The weights may be one file or shards, of a
 * bare model or of a task model. Also reads preprocessor_config.json if it exists.
 *
 * @param imageSize The setting `model.imageSize`: image size of a vision model in place of its own. The
 *   positions are interpolated.
 * @throws {@link ModelError} naming the file, and the tensor that is missing, truncated, unsupported,
 *   unexpected, misshapen or not finite; ConfigError for an image size that does not fit the model.
 */
export async function readModelDirectory(directory: string, imageSize?: number): Promise<PretrainedModel> {
  const stored = await readStoredConfig(directory);
  const config = configAtImageSize(stored, imageSize);
  const weights = await openStoredWeights(directory);
  const names = namesOnDisk(stored, weights);
  const fileOf = (canonical: string) => weights.fileOf(names.get(canonical) ?? canonical);
  const { checkpoint } = familyOf(stored);
  const tensors = new Map<string, Tensor>();
  for (const [canonical, name] of names) {
    const value = requireFloats(await weights.read(name), name, weights.fileOf(name));
    tensors.set(canonical, changedForm(checkpoint, canonical, value));
  }
  const checked = requireModelTensors(stored, tensors, weights.subject, fileOf);
  return { config, tensors: tensorsAtImageSize(stored, checked, imageSize) };
}
