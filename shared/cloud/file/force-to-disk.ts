import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from './file-errors.ts';

/** Number of files forced at the same time: the default size of Node's thread pool. */
const PARALLEL = 4;

/** Forces files below a folder to the disk. */
export type ForceToDisk = (root: string, paths: readonly string[]) => Promise<void>;

/**
 * Forces files to the disk, and then their parent folders up to `root`. After a power cut each file exists
 * and is complete. A file that was deleted meanwhile is skipped.
 */
export async function forceToDisk(root: string, paths: readonly string[]): Promise<void> {
  await inParallel(paths, (path) => sync(path, 'r+'));
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(path); folder.length >= root.length; folder = dirname(folder)) {
      if (folders.has(folder)) break;
      folders.add(folder);
      if (folder === root) break;
    }
  }
  // On Windows a folder cannot be opened as a file, and its entries need no forcing.
  if (process.platform !== 'win32') await inParallel([...folders], (folder) => sync(folder, 'r'));
}

async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  try {
    const file = await open(path, flags);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

async function inParallel<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, lane));
}
