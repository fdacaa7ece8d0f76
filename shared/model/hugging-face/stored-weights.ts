import { join } from 'node:path';
import { ModelError } from '#shared/errors.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import type { StoredTensor, StoredTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { INDEX_FILE, WEIGHTS_FILE } from './model-files.ts';
import { fileExists, readModelFile } from './read-model-file.ts';
import { readWeightIndex } from './weight-index.ts';

/** A checkpoint's tensors by the names they have on disk. */
export interface StoredWeights {
  /** What to call the whole in errors: the one file, or the index of the shards. */
  readonly subject: string;
  readonly tensors: StoredTensors;
  /** Path of the file that a tensor lies in. */
  readonly fileOf: (name: string) => string;
}

const OTHER_FORMATS = ['pytorch_model.bin', 'pytorch_model.bin.index.json', 'tf_model.h5'];

async function weightsRemedy(directory: string): Promise<string> {
  for (const name of OTHER_FORMATS) {
    if (await fileExists(join(directory, name))) {
      return `Only safetensors are read: load the model in transformers and save it again instead of ${name}.`;
    }
  }
  return 'Give a Hugging Face model directory (config.json, model.safetensors and the tokenizer files).';
}

/** The tensors that the index places in one shard, in the order of their data. */
function indexedTensors(
  bytes: Uint8Array,
  names: readonly string[],
  path: string,
): readonly (readonly [string, StoredTensor])[] {
  const { tensors } = readSafetensors(bytes, path);
  const absent = names.find((name) => !tensors.has(name));
  if (absent !== undefined) {
    throw new ModelError(`holds no tensor ${absent}, which ${INDEX_FILE} places there.`, {
      subject: path,
      remedy: 'Fetch both again, or save the model again with transformers.',
    });
  }
  const indexed = new Set(names);
  return [...tensors].filter(([name]) => indexed.has(name));
}

async function readShards(directory: string): Promise<StoredWeights> {
  const tensors = new Map<string, StoredTensor>();
  const files = new Map<string, string>();
  for (const [shard, names] of await readWeightIndex(directory)) {
    const path = join(directory, shard);
    const bytes = await readModelFile(
      path,
      `${INDEX_FILE} names it: fetch it again, and with it every shard.`,
    );
    for (const [name, value] of indexedTensors(bytes, names, path)) {
      tensors.set(name, value);
      files.set(name, path);
    }
  }
  const subject = join(directory, INDEX_FILE);
  return { subject, tensors, fileOf: (name) => files.get(name) ?? subject };
}

/**
 * Reads the weights of a Hugging Face model directory: model.safetensors where it is there, as transformers does, else
 * the shards that model.safetensors.index.json names. Of a shard only what the index places there is taken.
 *
 * @throws {@link ModelError} naming the file that is missing or broken, and the tensor that a shard lacks.
 */
export async function readStoredWeights(directory: string): Promise<StoredWeights> {
  const subject = join(directory, WEIGHTS_FILE);
  if (!(await fileExists(subject)) && (await fileExists(join(directory, INDEX_FILE)))) {
    return readShards(directory);
  }
  const bytes = await readModelFile(subject, await weightsRemedy(directory));
  return { subject, tensors: readSafetensors(bytes, subject).tensors, fileOf: () => subject };
}
