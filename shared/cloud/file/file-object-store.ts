import { link, open, readdir, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DamagedObjectError } from '#shared/cloud/damaged-object.ts';
import { checkKeyPrefix, checkObjectKey, compareKeys } from '#shared/cloud/object-key.ts';
import type { Durability } from '#shared/cloud/ports/durability.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { createFolder } from '#shared/create-folder.ts';
import { readWhole } from '#shared/read-file.ts';
import { checkedObject, withChecksum } from './checksum-trailer.ts';
import { outputError, systemErrorCode } from './file-errors.ts';
import { type ForceToDisk, forceToDisk } from './force-to-disk.ts';
import { PendingFiles } from './pending-files.ts';

const REMEDY = 'Go on with --resume, which makes lost objects again where it can.';

/**
 * An object store in a folder of files. The key is the path below the folder, and the last line of a file is
 * the SHA-256 of the object before it. An object is first written to a pending file and then renamed to its
 * path in one step, or linked where no object may exist yet. No reader ever gets part of an object, whether
 * another process writes it or a process was killed while it wrote.
 *
 * Forcing every object to the disk would cost one disk access each. `durabilityOf` says which keys need it:
 * before a `committing` object, all earlier `kept` objects of this store are forced in one batch, and then
 * the object itself. After a power cut, a committing object exists only with all objects that it refers to.
 *
 * A key cannot be both an object and the folder of another object. Methods throw an OutputError when a file
 * operation fails; `get` throws a DamagedObjectError when a file does not match its checksum.
 */
export class FileObjectStore implements ObjectStore {
  readonly #root: string;
  readonly #pending: PendingFiles;
  readonly #force: ForceToDisk;
  readonly #durabilityOf: (key: string) => Durability;
  /** Files of `kept` objects that have not been forced to the disk yet. */
  readonly #unforced = new Set<string>();
  /** Folders that this store has found or created. */
  readonly #folders = new Set<string>();
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

  /**
   * Opens the folder, creates it when it is missing, and deletes pending files of processes that no longer
   * run.
   */
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
      const opened = await open(path);
      try {
        file = await readWhole(opened);
      } finally {
        await opened.close();
      }
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemErrorCode(error) ?? '')) return undefined;
      throw outputError(path, error);
    }
    const checked = checkedObject(file);
    if (checked.bytes === undefined) throw new DamagedObjectError(key, path, checked.found, REMEDY);
    // Node returns a Buffer. The caller gets a plain Uint8Array over the same memory, without a copy.
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
        await unlink(path);
      } catch (error) {
        if (!['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw outputError(path, error);
      }
    }
  }

  /**
   * Writes the bytes to a pending file. `move` then renames or links it to the path of the object in one
   * step.
   */
  async #place<T>(
    key: string,
    bytes: Uint8Array,
    move: (pending: string, path: string) => Promise<T>,
  ): Promise<T> {
    const path = this.#path(key);
    const durability = this.#durabilityOf(key);
    const commits = durability === 'committing';
    try {
      await this.#requireFolder(dirname(path));
      if (commits) await this.#forceKept();
      const moved = await this.#pending.write(withChecksum(bytes), commits, async (pending) => {
        try {
          return await move(pending, path);
        } catch (error) {
          if (systemErrorCode(error) !== 'ENOENT') throw error;
          // Another process has removed the folder since this store found it.
          this.#folders.delete(dirname(path));
          await this.#requireFolder(dirname(path));
          return move(pending, path);
        }
      });
      if (commits) await this.#force(this.#root, [path]);
      else if (durability === 'kept') this.#unforced.add(path);
      return moved;
    } catch (error) {
      throw outputError(path, error);
    }
  }

  /** Creates the folder unless this store has already found or created it. */
  async #requireFolder(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return;
    await createFolder(folder);
    this.#folders.add(folder);
  }

  /**
   * Forces all `kept` files in one batch. Batches run one after another, so a committing object also waits
   * for a batch that another one has begun.
   */
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

  /** Appends the keys of all objects below a folder (`''`, or ending in `/`), unordered. */
  async #collect(folder: string, keys: string[]): Promise<void> {
    const path = join(this.#root, folder);
    try {
      for (const entry of await readdir(path, { withFileTypes: true })) {
        // Files whose names have other characters than keys are not objects: pending files, or files of an
        // editor or the system.
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
