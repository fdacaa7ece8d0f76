import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Most attempts for a folder whose parents other processes remove at the same time. */
const ATTEMPTS = 5;

/**
 * Creates a folder and its missing parents, also where other processes create and remove empty ones among
 * them. Node's recursive mkdir does not end on a file system that refuses new folders with ENOENT, such as
 * Linux's /proc.
 *
 * @throws Node's error for the folder that the system does not create
 */
export async function createFolder(path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await createOnce(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error;
    }
  }
}

/** @throws Node's error, ENOENT also if a parent was removed meanwhile */
async function createOnce(path: string): Promise<void> {
  if (await isFolder(path)) return;
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await isFolder(path))) return; // Another process was faster.
    const parent = dirname(path);
    if (codeOf(error) !== 'ENOENT' || parent === path || (await isFolder(parent))) throw error;
    await createOnce(parent);
    await mkdir(path).catch(async (second: unknown) => {
      if (!(await isFolder(path))) throw second;
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
