import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWholeFile } from '#run/output/write-file.ts';
import { checkedObject, withChecksum } from '#shared/cloud/file/checksum-trailer.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import type { Environment } from '#shared/environment.ts';
import { ConfigError } from '#shared/errors.ts';
import { type ExampleCache, NO_CACHE } from '#shared/preparation/encoded-examples.ts';
import { cacheFolder } from './hub-environment.ts';

const LIMIT = 'AIRTUNE_PREPARED_MEGABYTES';
const DEFAULT_MEGABYTES = 1024;
const MEGABYTE = 1e6;

/**
 * The cache of tokenised texts that the environment names: below AIRTUNE_CACHE, of at most
 * AIRTUNE_PREPARED_MEGABYTES, where 0 turns it off.
 *
 * @throws ConfigError for a limit that is not a number
 */
export function exampleCache(environment: Environment): ExampleCache {
  const text = environment[LIMIT] || String(DEFAULT_MEGABYTES);
  const megabytes = Number(text);
  if (!(megabytes >= 0)) {
    throw new ConfigError(`${JSON.stringify(text)} is not a number of megabytes.`, {
      subject: LIMIT,
      remedy: 'Use 0 to keep nothing, or a number such as 1024.',
    });
  }
  if (megabytes === 0) return NO_CACHE;
  return new FileExampleCache(join(cacheFolder(environment), 'prepared'), megabytes * MEGABYTE);
}

/**
 * A folder with one file for each key. The last line of a file is the checksum of the rest; a damaged file is
 * deleted and counts as missing. Files are written under a temporary name and renamed, so that several
 * processes can use the folder. When the folder is full, the least recently used files are deleted. A folder
 * that cannot be written keeps nothing; runs do not fail because of it.
 */
class FileExampleCache implements ExampleCache {
  readonly #folder: string;
  readonly #mostBytes: number;

  constructor(folder: string, mostBytes: number) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const path = join(this.#folder, key);
    const file = await readFile(path).catch(() => undefined);
    if (file === undefined) return undefined;
    const { bytes } = checkedObject(file);
    if (bytes === undefined) {
      await rm(path, { force: true }).catch(() => {});
      return undefined;
    }
    // The modification time is the time of last use. In a read-only folder it stays the time of writing.
    const seconds = systemClock.nowMs() / 1000;
    await utimes(path, seconds, seconds).catch(() => {});
    return bytes;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    const parts = withChecksum(bytes);
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    if (size > this.#mostBytes) return;
    try {
      await this.#makeRoom(this.#mostBytes - size);
      await writeWholeFile(join(this.#folder, key), Buffer.concat(parts));
    } catch {
      // The next run tokenises again.
    }
  }

  /** Deletes the least recently used files, until the others have at most this many bytes. */
  async #makeRoom(mostBytes: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const found = await stat(path).catch(() => undefined);
        return { path, size: found?.size ?? 0, usedMs: found?.mtimeMs ?? 0 };
      }),
    );
    let left = files.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of files.sort((one, other) => one.usedMs - other.usedMs)) {
      if (left <= mostBytes) return;
      await rm(path, { force: true });
      left -= size;
    }
  }
}
