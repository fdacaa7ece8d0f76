import { readdir } from 'node:fs/promises';
import { OutputError } from '#shared/errors.ts';
import { outputError, systemErrorCode } from './file-errors.ts';

/** Throws an OutputError with this remedy when the folder is there already and holds anything. */
export async function requireNewFolder(directory: string, remedy: string): Promise<void> {
  const present = await readdir(directory).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw outputError(directory, error);
  });
  if (present.length > 0)
    throw new OutputError('is there already and not empty.', { subject: directory, remedy });
}
