import { join } from 'node:path';
import { ModelError } from '#shared/errors.ts';
import { type OpenSafetensors, openSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import type { RawTensor, StoredTensor } from '#shared/model/safetensors/stored-tensor.ts';
import { INDEX_FILE, WEIGHTS_FILE } from './model-files.ts';
import { fileExists, readModelFile } from './read-model-file.ts';
import { readWeightIndex } from './weight-index.ts';

/** A checkpoint's tensors by the names they have on disk. */
export interface StoredWeights {
  /** What to call the whole in errors: the one file, or the index of the shards. */
  readonly subject: string;
  /** Names of all tensors, in the order of the files and of their data. */
  readonly names: readonly string[];
  /** Decodes a tensor. Throws a {@link ModelError} naming the file and a tensor of a type that is not read. */
  read(name: string): StoredTensor;
  /** A tensor of any type, as its bytes. */
  raw(name: string): RawTensor;
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

/** Opens a shard, and checks that it holds what the index places there. */
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
  const { names, read, raw } = openSafetensors(bytes, subject);
  return { subject, names, read, raw, fileOf: () => subject };
}
