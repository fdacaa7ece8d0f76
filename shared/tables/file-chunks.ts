import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DataError } from '#shared/errors.ts';
import { requireRegularPath } from '#shared/read-file.ts';

/**
 * Streams the bytes of a regular file; a `.gz` file is decompressed.
 *
 * @throws DataError naming the file that cannot be read, is not a regular file, or is not valid gzip.
 */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  await requireRegularFile(path);
  const file = createReadStream(path);
  try {
    if (!path.endsWith('.gz')) {
      yield* file;
      return;
    }
    const decompressed = createGunzip();
    const done = pipeline(file, decompressed);
    // The failure also ends the iteration below, which reports it.
    done.catch(() => {});
    yield* decompressed;
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    file.destroy();
  }
}

/**
 * Checks that a path is a regular file: reading a pipe or a device may never end.
 *
 * @throws DataError naming the path
 */
export async function requireRegularFile(path: string): Promise<void> {
  await requireRegularPath(path, DataError).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

function unreadable(path: string, cause: unknown): DataError {
  if (cause instanceof DataError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError(`cannot be read (${reason}).`, {
    subject: path,
    remedy: 'Check that it is a file you may read.',
    cause,
  });
}
