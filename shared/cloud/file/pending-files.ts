import { randomUUID } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessRunning } from '#shared/cloud/node/process-running.ts';
import { createFolder } from '#shared/create-folder.ts';

/** `~` is in no object's key, so this folder can never be one's. */
const FOLDER = '~pending';

/**
 * Files on their way into a store, in a folder of its own on the same file system. Each is named after the process
 * that writes it, so that another one can tell what was left behind from what is being written.
 */
export class PendingFiles {
  readonly #folder: string;
  readonly #writer = `${process.pid}-${randomUUID()}`;
  #written = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Creates the folder in a store's root and removes the files of processes that no longer run. */
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
   * Writes the parts to a new file, forces it to the disk where asked to, and hands it to `place`, which moves or links
   * it; no file is left behind.
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
      await rm(path, { force: true });
    }
  }
}

async function isAbandoned(path: string, writerId: number): Promise<boolean> {
  if (writerId !== process.pid) return !isProcessRunning(writerId);
  // In a container every process may have had the same number: what is older than this process is not its own.
  const file = await stat(path).catch(() => undefined);
  return file !== undefined && file.mtimeMs < Date.now() - process.uptime() * 1000 - 1000;
}
