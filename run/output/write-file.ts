import { appendFile, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { outputError } from '#shared/cloud/file/file-errors.ts';
import { createFolder } from '#shared/create-folder.ts';

/** Writes a whole file aside and renames it to its place: a reader sees the old one or the new one, never a part. */
export async function writeWholeFile(path: string, content: string | Uint8Array): Promise<void> {
  const aside = `${path}.part`;
  try {
    await createFolder(dirname(path));
    const file = await open(aside, 'w');
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

/** Adds a line to a file that grows. */
export async function appendLine(path: string, line: string): Promise<void> {
  try {
    await appendFile(path, `${line}\n`);
  } catch (error) {
    throw outputError(path, error);
  }
}
