import { AirtuneError, OutputError } from '#shared/errors.ts';

const CAUSES: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  ENOSPC: ['the disk is full.', 'Free some space and go on with --resume.'],
  EDQUOT: ['the disk quota is used up.', 'Free some space and go on with --resume.'],
  EACCES: ['permission was denied.', 'Choose a folder that this user may write, or change its permissions.'],
  EPERM: ['the operation is not permitted.', 'Choose a folder that this user may write.'],
  EROFS: ['the file system is read-only.', 'Choose a folder on one that can be written.'],
  ENOENT: ['nothing can be created there: the file system takes no new folders.', 'Choose another folder.'],
  ENOTDIR: ['a file stands where a folder is needed.', 'Remove the file or choose another folder.'],
  EEXIST: ['a file stands where a folder is needed.', 'Remove the file or choose another folder.'],
  EISDIR: ['a folder stands where a file is needed.', 'Remove the folder or choose another one.'],
  EMFILE: ['too many files are open in this process.', 'Raise the limit (ulimit -n).'],
  ENFILE: ['too many files are open on this machine.', 'Close some programs.'],
  ENAMETOOLONG: ['the path is too long.', 'Choose a folder with a shorter path.'],
  EIO: ['the disk reported an error.', 'Check the disk; choose another folder.'],
  ENOTSUP: [
    'the file system has no hard links.',
    'Choose a folder on one that has (not FAT, not a bucket mount).',
  ],
};

/** The code of a failed system call, e.g. `ENOENT`; undefined for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Converts the error of a failed system call to an OutputError of one line that names the file and the
 * remedy. An AirtuneError is returned unchanged.
 */
export function outputError(path: string, error: unknown): AirtuneError {
  if (error instanceof AirtuneError) return error;
  const code = systemErrorCode(error);
  const [message, remedy] = (code === undefined ? undefined : CAUSES[code]) ?? [
    `the file could not be read or written (${code ?? String(error)}).`,
    'Check the folder and try again.',
  ];
  return new OutputError(message, { subject: path, remedy, cause: error });
}
