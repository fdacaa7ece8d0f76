import { join } from 'node:path';
import { ModelError } from '#shared/errors.ts';
import { type OpenSafetensors, openSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import type { RawTensor, StoredTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { INDEX_FILE, WEIGHTS_FILE } from './model-files.ts';
import { fileExists, readModelFile } from './read-model-file.ts';
import { readWeightIndex } from './weight-index.ts';

/** A checkpoint's tensors under their stored names. */
export interface StoredWeights {
  /** Name of the checkpoint in errors: the single file, or the index of the shards. */
  readonly subject: string;
  /** Names of all tensors, in the order of the files and of the data in them. */
  readonly names: readonly string[];
  /**
   * Decodes a tensor. Throws a {@link ModelError} with the file and the tensor when its type is not
   * supported.
   */
  read(name: string): StoredTensor;
  /** Undecoded bytes of a tensor of any type. */
  raw(name: string): RawTensor;
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
function openShard(bytes: Uint8Array, names: readonly string[], path: string): OpenSafetensors {
  const shard = openSafetensors(bytes, path);
  const held = new Set(shard.names);
  const absent = names.find((name) => !held.has(name));
  if (absent === undefined) return shard;
  throw new ModelError(`holds no tensor ${absent}, which ${INDEX_FILE} places there.`, {
    subject: path,
    remedy: 'Fetch both again, or save the model again with transformers.',
  });
}

async function readShards(directory: string): Promise<StoredWeights> {
  const files = new Map<string, { readonly path: string; readonly shard: OpenSafetensors }>();
  for (const [file, names] of await readWeightIndex(directory)) {
    const path = join(directory, file);
    const bytes = await readModelFile(
      path,
      `${INDEX_FILE} names it: fetch it again, and with it every shard.`,
    );
    const shard = openShard(bytes, names, path);
    const indexed = new Set(names);
    for (const name of shard.names) if (indexed.has(name)) files.set(name, { path, shard });
  }
  const subject = join(directory, INDEX_FILE);
  const shardOf = (name: string): OpenSafetensors => {
    const found = files.get(name);
    if (found !== undefined) return found.shard;
    throw new ModelError(`places no tensor ${name}.`, { subject });
  };
  return {
    subject,
    names: [...files.keys()],
    read: (name) => shardOf(name).read(name),
    raw: (name) => shardOf(name).raw(name),
    fileOf: (name) => files.get(name)?.path ?? subject,
  };
}

/**
 * Reads the weights of a Hugging Face model directory: model.safetensors if it exists, as transformers does,
 * else the shards named in model.safetensors.index.json. Tensors of a shard that the index does not assign to
 * it are ignored.
 *
 * @throws {@link ModelError} naming the file that is missing or broken, and the tensor that a shard lacks.
 */
export async function readStoredWeights(directory: string): Promise<StoredWeights> {
  const subject = join(directory, WEIGHTS_FILE);
  if (!(await fileExists(subject)) && (await fileExists(join(directory, INDEX_FILE)))) {
    return readShards(directory);
  }
  const bytes = await readModelFile(subject, await weightsRemedy(directory));
  const { names, read, raw } = openSafetensors(bytes, subject);
  return { subject, names, read, raw, fileOf: () => subject };
}
