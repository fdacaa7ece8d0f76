import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { outputError, systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { createFolder } from '#shared/create-folder.ts';
import { writeWholeFile } from './write-file.ts';

/**
 * What a folder holds already.
 *
 * @throws OutputError when it cannot be read, or is a file.
 */
async function entriesOf(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw outputError(folder, error);
  }
}

/**
 * Writes a new folder aside and renames it to its place: it is there whole or not at all.
 *
 * @throws OutputError naming the file that cannot be written.
 */
export async function writeWholeFolder(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const target = resolve(folder);
  const aside = join(dirname(target), `.${basename(target)}.part`);
  try {
    await rm(aside, { recursive: true, force: true });
    await createFolder(aside);
    for (const [name, bytes] of files) await writeWholeFile(join(aside, name), bytes);
    // An empty folder may be there; not every system renames over it.
    if ((await entriesOf(target)) !== undefined) await rmdir(target);
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { recursive: true, force: true }).catch(() => {});
    throw outputError(target, error);
  }
}
