import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { outputError, systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { createFolder } from '#shared/create-folder.ts';
import { partName, writeWholeFile } from './write-file.ts';

/**
 * Writes a new folder, completely or not at all. An existing empty folder is kept, with its owner and
 * permissions, and is empty again after a failure.
 *
 * @throws OutputError naming the file that cannot be written.
 */
export async function writeWholeFolder(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const target = resolve(folder);
  const isThere = await exists(target);
  const aside = isThere ? partName(join(target, 'folder')) : partName(target);
  const moved: string[] = [];
  try {
    await createFolder(resolve(aside, '..'));
    await mkdir(aside);
    for (const [name, bytes] of files) await writeWholeFile(join(aside, name), bytes);
    if (!isThere) {
      await rename(aside, target);
      return;
    }
    for (const name of files.keys()) {
      moved.push(join(target, name));
      await rename(join(aside, name), join(target, name));
    }
    await rm(aside, { recursive: true });
  } catch (error) {
    for (const path of [aside, ...moved]) await rm(path, { recursive: true, force: true }).catch(() => {});
    throw outputError(target, error);
  }
}

/** Whether a folder exists. @throws OutputError when it cannot be read, or is a file */
async function exists(folder: string): Promise<boolean> {
  try {
    await readdir(folder);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw outputError(folder, error);
  }
}
