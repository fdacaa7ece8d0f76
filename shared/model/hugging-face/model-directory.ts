import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../../errors.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { floatTensor } from '../safetensors/stored-tensor.ts';
import type { NamedTensors, Tensor } from '../tensor.ts';
import { canonicalName } from './checkpoint-names.ts';
import { type JsonFile, type ModelConfig, parseModelConfig } from './model-config.ts';
import { requireModelTensors } from './model-tensors.ts';

/** A pre-trained transformer without a task head: every tensor under its canonical name, checked. */
export interface PretrainedModel {
  readonly config: ModelConfig;
  readonly tensors: NamedTensors;
}

async function readBytes(path: string, remedy: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new ModelError('cannot be read.', { subject: path, remedy, cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function weightsRemedy(directory: string): Promise<string> {
  const unsupported = ['model.safetensors.index.json', 'pytorch_model.bin', 'tf_model.h5'];
  for (const name of unsupported) {
    if (await exists(join(directory, name))) {
      return `Only a single model.safetensors is read: load the model in transformers and save it as one instead of ${name}.`;
    }
  }
  return 'Give a Hugging Face model directory (config.json, model.safetensors and the tokenizer files).';
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ModelError('is not valid JSON.', { subject: path, remedy: 'Fetch it again.', cause });
  }
}

/** Gives a checkpoint's tensors their canonical names and leaves out what belongs to a task's head. */
function canonicalTensors(config: ModelConfig, bytes: Uint8Array, path: string): NamedTensors {
  const { tensors: stored } = readSafetensors(bytes, path);
  const tensors = new Map<string, Tensor>();
  for (const name of stored.keys()) {
    const canonical = canonicalName(config.family, name);
    if (canonical === undefined) continue;
    if (tensors.has(canonical)) {
      throw new ModelError(`holds ${canonical} twice, with and without a prefix.`, {
        subject: path,
        remedy: 'Remove one of them.',
      });
    }
    tensors.set(canonical, floatTensor(stored, name, path));
  }
  return tensors;
}

/** The file that says how a model's images are prepared, where there is one. */
async function readPreprocessor(directory: string): Promise<JsonFile | undefined> {
  const subject = join(directory, 'preprocessor_config.json');
  if (!(await exists(subject))) return undefined;
  const bytes = await readBytes(subject, 'Fetch it again.');
  return { value: parseJson(bytes, subject), subject };
}

/**
 * Reads config.json and model.safetensors of a Hugging Face model directory, of a bare model or of a task model, and
 * preprocessor_config.json where the model reads images.
 *
 * @throws {@link ModelError} naming the file, and the tensor, that is missing, truncated, unsupported, unforeseen,
 *   misshapen or not finite.
 */
export async function readModelDirectory(directory: string): Promise<PretrainedModel> {
  const configPath = join(directory, 'config.json');
  const configBytes = await readBytes(
    configPath,
    'Give a Hugging Face model directory (config.json, model.safetensors and the tokenizer files).',
  );
  const preprocessor = await readPreprocessor(directory);
  const config = parseModelConfig(parseJson(configBytes, configPath), configPath, preprocessor);
  const weightsPath = join(directory, 'model.safetensors');
  const weightBytes = await readBytes(weightsPath, await weightsRemedy(directory));
  const tensors = canonicalTensors(config, weightBytes, weightsPath);
  return { config, tensors: requireModelTensors(config, tensors, weightsPath) };
}
