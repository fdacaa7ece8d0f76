import { link, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DamagedObjectError } from '#shared/cloud/damaged-object.ts';
import { checkKeyPrefix, checkObjectKey, compareKeys } from '#shared/cloud/object-key.ts';
import type { Durability } from '#shared/cloud/ports/durability.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { createFolder } from '#shared/create-folder.ts';
import { checkedObject, withChecksum } from './checksum-trailer.ts';
import { outputError, systemErrorCode } from './file-errors.ts';
import { type ForceToDisk, forceToDisk } from './force-to-disk.ts';
import { PendingFiles } from './pending-files.ts';

const REMEDY = 'Go on with --resume, which makes again what can be made again.';

/**
 * Objects as files: the key is the path below the store's folder, and the last line of a file is the checksum of the
 * object before it. An object is written aside and then renamed (or linked, when none may exist) to its place in one
 * step, so that readers, a crash, or processes beside each other never see a part of one.
 *
 * Forcing each object to the disk would cost a disk access every time. `durabilityOf` tells which keys need it: before a
 * `committing` object, all `kept` ones that this store wrote earlier are forced in one batch, and then the object itself.
 * After a power cut a committing object is there only together with the objects that it refers to.
 *
 * A key cannot be both an object and the folder of another one. Throws OutputErrors, and a DamagedObjectError when a file
 * is not as it was written.
 */
export class FileObjectStore implements ObjectStore {
  readonly #root: string;
  readonly #pending: PendingFiles;
  readonly #force: ForceToDisk;
  readonly #durabilityOf: (key: string) => Durability;
  /** Files of kept objects that are not on the disk yet. */
  readonly #unforced = new Set<string>();
  #lastBatch: Promise<void> = Promise.resolve();

  private constructor(
    root: string,
    pending: PendingFiles,
    durabilityOf: (key: string) => Durability,
    force: ForceToDisk,
  ) {
    this.#force = force;
    this.#root = root;
    this.#pending = pending;
    this.#durabilityOf = durabilityOf;
  }

  /** Opens the folder, creates it where it is missing, and clears away what interrupted writers left behind. */
  static async open(
    root: string,
    durabilityOf: (key: string) => Durability,
    force: ForceToDisk = forceToDisk,
  ): Promise<FileObjectStore> {
    try {
      await createFolder(root);
      return new FileObjectStore(root, await PendingFiles.open(root), durabilityOf, force);
    } catch (error) {
      throw outputError(root, error);
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const path = this.#path(key);
    let file: Uint8Array;
    try {
      file = await readFile(path);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemErrorCode(error) ?? '')) return undefined;
      throw outputError(path, error);
    }
    const checked = checkedObject(file);
    if (checked.bytes === undefined) throw new DamagedObjectError(key, path, checked.found, REMEDY);
    // Bytes that no other array shares: of another class than Node's, but not another time in memory.
    const { buffer, byteOffset, byteLength } = checked.bytes;
    return new Uint8Array(buffer, byteOffset, byteLength);
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
        this.#unforced.delete(path);
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
    const durability = this.#durabilityOf(key);
    const commits = durability === 'committing';
    try {
      await createFolder(dirname(path));
      if (commits) await this.#forceKept();
      const moved = await this.#pending.write(withChecksum(bytes), commits, (pending) => move(pending, path));
      if (commits) await this.#force(this.#root, [path]);
      else if (durability === 'kept') this.#unforced.add(path);
      return moved;
    } catch (error) {
      throw outputError(path, error);
    }
  }

  /** One batch at a time: a committing object also waits for the batch that another one has begun. */
  #forceKept(): Promise<void> {
    const batch = this.#lastBatch.then(async () => {
      const paths = [...this.#unforced];
      this.#unforced.clear();
      try {
        await this.#force(this.#root, paths);
      } catch (error) {
        for (const path of paths) this.#unforced.add(path);
        throw error;
      }
    });
    this.#lastBatch = batch.catch(() => {});
    return batch;
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
