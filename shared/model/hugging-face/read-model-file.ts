import { access } from 'node:fs/promises';
import { ModelError } from '#shared/errors.ts';
import { readRegularFile } from '#shared/read-file.ts';
import { decodeText } from '#shared/text-file.ts';

/** Reads a file of a model. Throws a {@link ModelError} with the path when it is not a readable file. */
export async function readModelFile(path: string, remedy: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, Number.POSITIVE_INFINITY, ModelError);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    if (cause instanceof RangeError) {
      throw new ModelError('is larger than the 2 GiB that are read of one file.', {
        subject: path,
        remedy: 'Save the model in shards: save_pretrained(..., max_shard_size="1GB") of transformers.',
        cause,
      });
    }
    throw new ModelError('cannot be read.', { subject: path, remedy, cause });
  }
}

/** Parses a JSON file of a model. Throws a {@link ModelError} with the path when it is not JSON. */
export function parseModelJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(decodeText(bytes));
  } catch (cause) {
    throw new ModelError('is not valid JSON.', { subject: path, remedy: 'Fetch it again.', cause });
  }
}

export async function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
