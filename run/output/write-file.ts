import { randomBytes } from 'node:crypto';
import { appendFile, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { outputError } from '#shared/cloud/file/file-errors.ts';
import { createFolder } from '#shared/create-folder.ts';

/**
 * A name beside a file or folder to write it under until it is whole. It cannot be guessed, so nobody can put
 * a symbolic link there beforehand, and two processes that write the same file do not meet.
 */
export function partName(path: string): string {
  return `${path}.${randomBytes(8).toString('hex')}.part`;
}

/**
 * Writes a whole file aside and renames it to its place: a reader sees the old one or the new one, never a
 * part.
 */
export async function writeWholeFile(path: string, content: string | Uint8Array): Promise<void> {
  const aside = partName(path);
  try {
    await createFolder(dirname(path));
    // `x` creates the file or fails: it follows no link and opens nothing that is there.
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
 * Removes the parts that a process which was killed has left in a folder. Only for a folder that nobody else
 * writes to.
 */
export async function removeAbandonedParts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((entry) => /\.[0-9a-f]{16}\.part$/.test(entry))) {
    await rm(join(folder, name), { force: true }).catch(() => {});
  }
}

/** Adds a line to a file that grows. */
export async function appendLine(path: string, line: string): Promise<void> {
  try {
    await appendFile(path, `${line}\n`);
  } catch (error) {
    throw outputError(path, error);
  }
}
