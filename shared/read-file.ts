import { open, stat } from 'node:fs/promises';
import type { AirtuneError, ErrorDetails } from './errors.ts';
import { decodeText } from './text-file.ts';

/** The class of the error to throw: what kind of file it is decides the exit code. */
type ErrorClass = new (message: string, details?: ErrorDetails) => AirtuneError;

/** Text files (settings, results, plans, positions) are not larger than this. */
export const MOST_TEXT_BYTES = 256 * 2 ** 20;

/**
 * Reads a whole file. Pipes, devices and the like are refused without being opened: reading them may never end. So are
 * files that are larger than what they hold can be.
 *
 * @param mostBytes The largest size that is read.
 * @throws The given error for a file of another kind or size; Node's own error for one that is not there or not
 * readable.
 */
export async function readRegularFile(
  path: string,
  mostBytes: number,
  Refusal: ErrorClass,
): Promise<Uint8Array> {
  requireRegular(await stat(path), path, mostBytes, Refusal);
  const file = await open(path);
  try {
    // Once more on what was opened: it may have been replaced meanwhile.
    requireRegular(await file.stat(), path, mostBytes, Refusal);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** The same as text, in UTF-8 or UTF-16 with a byte order mark, which is left out. Bytes that are no text are refused. */
export async function readRegularText(path: string, Refusal: ErrorClass): Promise<string> {
  const bytes = await readRegularFile(path, MOST_TEXT_BYTES, Refusal);
  try {
    return decodeText(bytes);
  } catch (cause) {
    throw new Refusal('is not text.', { subject: path, remedy: 'Save it as UTF-8.', cause });
  }
}

function requireRegular(
  found: { isFile(): boolean; isDirectory(): boolean; readonly size: number },
  path: string,
  mostBytes: number,
  Refusal: ErrorClass,
): void {
  if (!found.isFile()) {
    const kind = found.isDirectory() ? 'is a folder' : 'is a pipe, a device or a socket';
    throw new Refusal(`${kind}, not a file.`, { subject: path, remedy: 'Name a file.' });
  }
  if (found.size > mostBytes) {
    throw new Refusal(`has ${found.size} bytes; ${mostBytes} are the most that are read.`, {
      subject: path,
      remedy: 'Check that it is the file that you mean.',
    });
  }
}
