import { randomUUID } from 'node:crypto';
import { open, readdir, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessRunning } from '#shared/cloud/node/process-running.ts';
import { createFolder } from '#shared/create-folder.ts';
import { systemErrorCode } from './file-errors.ts';

/** `~` is not allowed in keys, so no object can be stored in this folder. */
const FOLDER = '~pending';

/**
 * Files that are being written before they are moved into a store. They are in a folder on the store's file
 * system. File names begin with the number of the writing process, so that another process can recognise
 * abandoned files.
 */
export class PendingFiles {
  readonly #folder: string;
  readonly #writer = `${process.pid}-${randomUUID()}`;
  #written = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Creates the folder in a store's root and deletes files of processes that no longer run. */
  static async open(root: string): Promise<PendingFiles> {
    const folder = join(root, FOLDER);
    await createFolder(folder);
    for (const name of await readdir(folder)) {
      if (await isAbandoned(join(folder, name), Number.parseInt(name, 10))) {
        await rm(join(folder, name), { force: true });
      }
    }
    return new PendingFiles(folder);
  }

  /**
   * Writes the parts to a new file, forces it to the disk when `forced`, and calls `place`, which moves or
   * links it. The pending file is deleted afterwards, also on failure.
   */
  async write<T>(
    parts: readonly Uint8Array[],
    forced: boolean,
    place: (path: string) => Promise<T>,
  ): Promise<T> {
    this.#written += 1;
    const path = join(this.#folder, `${this.#writer}-${this.#written}`);
    try {
      const file = await open(path, 'wx');
      try {
        for (const part of parts) await file.writeFile(part);
        if (forced) await file.sync();
      } finally {
        await file.close();
      }
      return await place(path);
    } finally {
      // After a rename it is gone. Node's `rm` would look at the file first, which takes another call.
      await unlink(path).catch((error: unknown) => {
        if (systemErrorCode(error) !== 'ENOENT') throw error;
      });
    }
  }
}

async function isAbandoned(path: string, writerId: number): Promise<boolean> {
  if (writerId !== process.pid) return !isProcessRunning(writerId);
  // Processes in containers may all have the same number, so this number may be that of an earlier process. A
  // file older than this process cannot be its own.
  const file = await stat(path).catch(() => undefined);
  return file !== undefined && file.mtimeMs < Date.now() - process.uptime() * 1000 - 1000;
}
