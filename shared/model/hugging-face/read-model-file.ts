import { access } from 'node:fs/promises';
import { ModelError } from '#shared/errors.ts';
import {
  openSafetensorsFile,
  type SafetensorsOnDisk,
} from '#shared/model/safetensors/open-safetensors-file.ts';
import { MOST_TEXT_BYTES, readRegularFile, requireRegularPath } from '#shared/read-file.ts';
import { decodeText } from '#shared/text-file.ts';

/** Reads a text file of a model. Throws a {@link ModelError} with the path when it is not a readable file. */
export async function readModelFile(path: string, remedy: string): Promise<Uint8Array> {
  return named(path, remedy, () => readRegularFile(path, MOST_TEXT_BYTES, ModelError));
}

/** Opens a file of weights. Throws a {@link ModelError} with the path when it is not a readable file. */
export async function openWeightsFile(path: string, remedy: string): Promise<SafetensorsOnDisk> {
  return named(path, remedy, async () => {
    await requireRegularPath(path, ModelError);
    return openSafetensorsFile(path);
  });
}

async function named<T>(path: string, remedy: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
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
