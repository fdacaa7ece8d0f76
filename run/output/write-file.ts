import { randomBytes } from 'node:crypto';
import { appendFile, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { outputError } from '#shared/cloud/file/file-errors.ts';
import { createFolder } from '#shared/create-folder.ts';

/**
 * A temporary name in the same folder, for a file or folder that is not yet complete. It is random, so that
 * no symbolic link can be placed there in advance, and two processes can write the same file.
 */
export function partName(path: string): string {
  return `${path}.${randomBytes(8).toString('hex')}.part`;
}

/** Writes a file under a temporary name and renames it: readers see the old or the new file, never a part. */
export async function writeWholeFile(
  path: string,
  content: string | Uint8Array | Iterable<string>,
): Promise<void> {
  const aside = partName(path);
  try {
    await createFolder(dirname(path));
    // `x` creates the file or fails: it follows no link and opens no existing file.
    const file = await open(aside, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    throw outputError(path, error);
  }
}

/**
 * Removes the temporary files that killed processes left in a folder. The folder must have no other writer.
 */
export async function removeAbandonedParts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((entry) => /\.[0-9a-f]{16}\.part$/.test(entry))) {
    await rm(join(folder, name), { force: true }).catch(() => {});
  }
}

/** Appends a line to a file. */
export async function appendLine(path: string, line: string): Promise<void> {
  try {
    await appendFile(path, `${line}\n`);
  } catch (error) {
    throw outputError(path, error);
  }
}
