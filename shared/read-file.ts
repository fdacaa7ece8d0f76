import { type FileHandle, open, stat } from 'node:fs/promises';
import type { AirtuneError, ErrorDetails } from './errors.ts';
import { decodeText } from './text-file.ts';

/** Class of the error to throw. The kind of file decides it, and with it the exit code. */
type ErrorClass = new (message: string, details?: ErrorDetails) => AirtuneError;

/** Largest text file that is read: settings, results, plans and positions are smaller. */
export const MOST_TEXT_BYTES = 256 * 2 ** 20;

/** Start of the text that Git has in place of a large file. */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** Upper limit of the size of such a text. */
const MOST_POINTER_BYTES = 1024;

/**
 * Reads a whole file. Pipes, devices and sockets are refused without being opened, because reading them may
 * never end. Files above `mostBytes` are refused, too.
 *
 * @param mostBytes the largest size that is read
 * @param Refusal class of the error to throw
 * @throws Refusal for a file of another type or size; Node's own error for a file that is missing or not
 *   readable
 */
export async function readRegularFile(
  path: string,
  mostBytes: number,
  Refusal: ErrorClass,
): Promise<Uint8Array> {
  requireRegular(await stat(path), path, mostBytes, Refusal);
  const file = await open(path);
  try {
    // Checked again for the open file, because it may have been replaced since the first check.
    requireRegular(await file.stat(), path, mostBytes, Refusal);
    const bytes = await readWhole(file);
    requireNoPointer(bytes, path, Refusal);
    return bytes;
  } finally {
    await file.close();
  }
}

/** Node reads at most 2 GiB in one call. */
const MOST_CALL_BYTES = 2 ** 30;

/** Reads an open file of any size. */
export async function readWhole(file: FileHandle): Promise<Uint8Array> {
  const { size } = await file.stat();
  return size <= MOST_CALL_BYTES ? file.readFile() : readRange(file, 0, size);
}

/** Reads `length` bytes from a position of a file, or fewer where the file ends before. */
export async function readRange(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const wanted = Math.min(MOST_CALL_BYTES, length - done);
    const { bytesRead } = await file.read(bytes, done, wanted, position + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

/**
 * Reads a whole text file in UTF-8 or UTF-16. A byte order mark is removed.
 *
 * @throws Refusal as {@link readRegularFile}, and for bytes that are not text
 */
export async function readRegularText(path: string, Refusal: ErrorClass): Promise<string> {
  const bytes = await readRegularFile(path, MOST_TEXT_BYTES, Refusal);
  try {
    return decodeText(bytes);
  } catch (cause) {
    throw new Refusal('is not text.', { subject: path, remedy: 'Save it as UTF-8.', cause });
  }
}

/**
 * Refuses pipes, devices, sockets and folders without opening them, and pointers of Git LFS.
 *
 * @throws Refusal for these; Node's own error for a file that is missing
 */
export async function requireRegularPath(path: string, Refusal: ErrorClass): Promise<void> {
  const found = await stat(path);
  requireRegular(found, path, Number.POSITIVE_INFINITY, Refusal);
  if (found.size > MOST_POINTER_BYTES) return;
  const file = await open(path);
  try {
    requireNoPointer(await readWhole(file), path, Refusal);
  } finally {
    await file.close();
  }
}

function requireNoPointer(bytes: Uint8Array, path: string, Refusal: ErrorClass): void {
  if (bytes.length > MOST_POINTER_BYTES || !new TextDecoder().decode(bytes).startsWith(LFS_POINTER)) return;
  throw new Refusal('is a pointer of Git LFS; the file itself was not fetched.', {
    subject: path,
    remedy: 'Run git lfs pull in its repository, or fetch the file by itself.',
  });
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
