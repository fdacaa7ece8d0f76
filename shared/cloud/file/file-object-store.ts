import { link, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkKeyPrefix, checkObjectKey, compareKeys } from '#shared/cloud/object-key.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { createFolder } from '#shared/create-folder.ts';
import { outputError, systemErrorCode } from './file-errors.ts';
import { PendingFiles } from './pending-files.ts';

/**
 * Objects as files: the key is the path below the store's folder. An object is written aside and then renamed (or
 * linked, when none may exist) to its place in one step, so that readers, a crash, or processes beside each other never
 * see a part of one. It outlives the process; it is not forced to the disk, so a power cut may lose the latest objects.
 *
 * A key cannot be both an object and the folder of another one. Throws OutputErrors.
 */
export class FileObjectStore implements ObjectStore {
  readonly #root: string;
  readonly #pending: PendingFiles;

  private constructor(root: string, pending: PendingFiles) {
    this.#root = root;
    this.#pending = pending;
  }

  /** Opens the folder, creates it where it is missing, and clears away what interrupted writers left behind. */
  static async open(root: string): Promise<FileObjectStore> {
    try {
      await createFolder(root);
      return new FileObjectStore(root, await PendingFiles.open(root));
    } catch (error) {
      throw outputError(root, error);
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const path = this.#path(key);
    try {
      // Bytes that nobody else has: of another class, but not another time in memory.
      const { buffer, byteOffset, byteLength } = await readFile(path);
      return new Uint8Array(buffer, byteOffset, byteLength);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemErrorCode(error) ?? '')) return undefined;
      throw outputError(path, error);
    }
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#place(key, bytes, rename);
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.#place(key, bytes, async (pending, path) => {
      try {
        await link(pending, path);
        return true;
      } catch (error) {
        if (systemErrorCode(error) === 'EEXIST') return false;
        throw error;
      }
    });
  }

  async list(prefix: string): Promise<readonly string[]> {
    checkKeyPrefix(prefix);
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const keys: string[] = [];
    await this.#collect(folder, keys);
    return keys.filter((key) => key.startsWith(prefix)).sort(compareKeys);
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const path of keys.map((key) => this.#path(key))) {
      try {
        await rm(path);
      } catch (error) {
        if (!['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw outputError(path, error);
      }
    }
  }

  /** Writes the bytes aside and hands both paths to `move`, which gives the object its place in one step. */
  async #place<T>(
    key: string,
    bytes: Uint8Array,
    move: (pending: string, path: string) => Promise<T>,
  ): Promise<T> {
    const path = this.#path(key);
    try {
      await createFolder(dirname(path));
      return await this.#pending.write(bytes, (pending) => move(pending, path));
    } catch (error) {
      throw outputError(path, error);
    }
  }

  /** Appends the keys of all objects below a folder (`''`, or ending in `/`), in no order. */
  async #collect(folder: string, keys: string[]): Promise<void> {
    const path = join(this.#root, folder);
    try {
      for (const entry of await readdir(path, { withFileTypes: true })) {
        // Names outside the alphabet of keys are not objects: pending files, an editor's or the system's own.
        if (!/^[A-Za-z0-9._=-]+$/.test(entry.name)) continue;
        if (entry.isDirectory()) await this.#collect(`${folder}${entry.name}/`, keys);
        else keys.push(folder + entry.name);
      }
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw outputError(path, error);
    }
  }

  #path(key: string): string {
    checkObjectKey(key);
    return join(this.#root, key);
  }
}
