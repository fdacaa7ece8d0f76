import { type FileHandle, open } from 'node:fs/promises';
import { ModelError } from '#shared/errors.ts';
import { readRange } from '#shared/read-file.ts';
import { headerEnd, LENGTH_BYTES, readHeader, type TensorEntry } from './header.ts';
import { decodeTensor } from './read-safetensors.ts';
import type { RawTensor, StoredTensor } from './stored-tensor.ts';

/** A safetensors file with a checked header. A tensor is read from the file at each use. */
export interface SafetensorsOnDisk {
  /** Names of all tensors, in the order of their data. */
  readonly names: readonly string[];
  /** Type and shape of a tensor. Throws a {@link ModelError} with the name of a missing tensor. */
  extent(name: string): Pick<TensorEntry, 'type' | 'shape'>;
  /**
   * Reads and decodes a tensor. Throws a {@link ModelError} with the tensor's name when it is missing, its
   * type is not supported, or the file has changed.
   */
  read(name: string): Promise<StoredTensor>;
  /** Reads the bytes of a tensor of any type. Throws as `read` does. */
  raw(name: string): Promise<RawTensor>;
}

/**
 * Opens a safetensors file of any size: only its header is read, and then each tensor by itself, so that a
 * model of many gigabytes needs no more memory than its tensors. No file stays open between two reads.
 *
 * @throws {@link ModelError} as `readSafetensors` does; Node's own error for a file that cannot be opened
 */
export async function openSafetensorsFile(path: string): Promise<SafetensorsOnDisk> {
  const { entries, dataStart, identity } = await withFile(path, async (file) => {
    const found = await identityOf(file, path);
    const dataAt = headerEnd(await readRange(file, 0, Math.min(LENGTH_BYTES, found.size)), found.size, path);
    return { identity: found, ...readHeader(await readRange(file, 0, dataAt), found.size, path) };
  });
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const find = (name: string): TensorEntry => {
    const entry = byName.get(name);
    if (entry !== undefined) return entry;
    throw new ModelError(`holds no tensor ${name}.`, { subject: path, remedy: 'Write the file again.' });
  };
  const bytesOf = ({ name, begin, end }: TensorEntry): Promise<Uint8Array> =>
    withFile(path, async (file) => {
      const bytes = await readRange(file, dataStart + begin, end - begin);
      const { size, mtimeMs, ino } = await identityOf(file, path);
      const isSame = size === identity.size && mtimeMs === identity.mtimeMs && ino === identity.ino;
      if (isSame && bytes.length === end - begin) return bytes;
      throw new ModelError(`changed before tensor ${name} was read.`, {
        subject: path,
        remedy: 'Run again when nothing writes to it.',
      });
    });
  return {
    names: [...byName.keys()],
    extent: find,
    async read(name) {
      const entry = find(name);
      return decodeTensor(entry, await bytesOf(entry), path);
    },
    async raw(name) {
      const entry = find(name);
      return { type: entry.type, shape: entry.shape, bytes: await bytesOf(entry) };
    },
  };
}

interface FileIdentity {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

async function identityOf(file: FileHandle, path: string): Promise<FileIdentity> {
  const found = await file.stat();
  if (found.isFile()) return found;
  throw new ModelError('is not a file.', { subject: path, remedy: 'Name a file.' });
}

async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}
