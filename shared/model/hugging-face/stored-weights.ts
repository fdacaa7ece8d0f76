import { join } from 'node:path';
import { ModelError } from '#shared/errors.ts';
import type { SafetensorsOnDisk } from '#shared/model/safetensors/open-safetensors-file.ts';
import type { RawTensor, StoredTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { INDEX_FILE, WEIGHTS_FILE } from './model-files.ts';
import { fileExists, openWeightsFile } from './read-model-file.ts';
import { readWeightIndex } from './weight-index.ts';

/** A checkpoint's tensors under their stored names. */
export interface StoredWeights {
  /** Name of the checkpoint in errors: the single file, or the index of the shards. */
  readonly subject: string;
  /** Names of all tensors, in the order of the files and of the data in them. */
  readonly names: readonly string[];
  /** Type and shape of a tensor. */
  extent(name: string): { readonly type: string; readonly shape: readonly number[] };
  /**
   * Reads and decodes a tensor. Throws a {@link ModelError} with the file and the tensor when its type is not
   * supported.
   */
  read(name: string): Promise<StoredTensor>;
  /** Reads the bytes of a tensor of any type. */
  raw(name: string): Promise<RawTensor>;
  /** Path of the file that contains a tensor. */
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

/** Opens a shard and checks that it contains the tensors that the index assigns to it. */
async function openShard(names: readonly string[], path: string): Promise<SafetensorsOnDisk> {
  const remedy = `${INDEX_FILE} names it: fetch it again, and with it every shard.`;
  const shard = await openWeightsFile(path, remedy);
  const held = new Set(shard.names);
  const absent = names.find((name) => !held.has(name));
  if (absent === undefined) return shard;
  throw new ModelError(`holds no tensor ${absent}, which ${INDEX_FILE} places there.`, {
    subject: path,
    remedy: 'Fetch both again, or save the model again with transformers.',
  });
}

async function openShards(directory: string): Promise<StoredWeights> {
  const files = new Map<string, { readonly path: string; readonly shard: SafetensorsOnDisk }>();
  for (const [file, names] of await readWeightIndex(directory)) {
    const path = join(directory, file);
    const shard = await openShard(names, path);
    const indexed = new Set(names);
    for (const name of shard.names) if (indexed.has(name)) files.set(name, { path, shard });
  }
  const subject = join(directory, INDEX_FILE);
  const shardOf = (name: string): SafetensorsOnDisk => {
    const found = files.get(name);
    if (found !== undefined) return found.shard;
    throw new ModelError(`places no tensor ${name}.`, { subject });
  };
  return {
    subject,
    names: [...files.keys()],
    extent: (name) => shardOf(name).extent(name),
    read: async (name) => shardOf(name).read(name),
    raw: async (name) => shardOf(name).raw(name),
    fileOf: (name) => files.get(name)?.path ?? subject,
  };
}

/**
 * Opens the weights of a Hugging Face model directory: model.safetensors if it exists, as transformers does,
 * else the shards named in model.safetensors.index.json. Tensors of a shard that the index does not assign to
 * it are ignored.
 *
 * @throws {@link ModelError} naming the file that is missing or broken, and the tensor that a shard lacks.
 */
export async function openStoredWeights(directory: string): Promise<StoredWeights> {
  const subject = join(directory, WEIGHTS_FILE);
  if (!(await fileExists(subject)) && (await fileExists(join(directory, INDEX_FILE)))) {
    return openShards(directory);
  }
  const file = await openWeightsFile(subject, await weightsRemedy(directory));
  return { ...file, subject, fileOf: () => subject };
}
