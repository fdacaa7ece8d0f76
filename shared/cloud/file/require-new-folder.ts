import { readdir } from 'node:fs/promises';
import { OutputError } from '#shared/errors.ts';
import { outputError, systemErrorCode } from './file-errors.ts';

/**
 * Checks that the folder is missing or empty.
 *
 * @throws OutputError with this remedy when it holds anything.
 */
export async function requireNewFolder(directory: string, remedy: string): Promise<void> {
  const present = await readdir(directory).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw outputError(directory, error);
  });
  if (present.length > 0)
    throw new OutputError('is there already and not empty.', { subject: directory, remedy });
}
