import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from './file-errors.ts';

/** Files that are forced to the disk at a time: the size of Node's own pool of threads. */
const PARALLEL = 4;

/** Forces files below a folder to the disk. */
export type ForceToDisk = (root: string, paths: readonly string[]) => Promise<void>;

/**
 * Forces files to the disk, and then the folders that name them up to `root`: after a power cut each is there, whole.
 * A file that has been deleted meanwhile is left out.
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
  // Windows keeps its folders by itself, and opens none.
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
