import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { RunConfig } from '#shared/config/run-config.ts';
import { TOKENIZER_FILES } from '#shared/data/text/tokenizer-files.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';

/**
 * Raised whenever rows are read, tokenised or packed otherwise than before, so that no result of older code
 * is taken.
 */
const CODE = 2;

/** Smaller data is tokenised in less time than the cache is worth. */
const LEAST_BYTES = 1_000_000;

/** A file of rows, and its use: a split or a bucket. */
export interface RowFile {
  readonly path: string;
  readonly use: string;
}

/**
 * The SHA-256 of all that a run's encoded texts depend on: the contents of data and tokenizer files, the
 * settings, the model's input, and the version of the code. Names of folders are not part of it.
 *
 * @returns undefined for data that is too small to be kept, or a file that cannot be read
 */
export async function exampleKey(
  { data, model: { directory }, seed }: RunConfig,
  model: ModelConfig,
  files: readonly RowFile[],
): Promise<string | undefined> {
  const sizes = await Promise.all(files.map(({ path }) => sizeOf(path)));
  if (sizes.reduce((sum, size) => sum + size, 0) < LEAST_BYTES) return undefined;
  const { directory: _, files: __, hub: ___, ...settings } = data;
  const facts = { code: CODE, version: AIRTUNE_VERSION, settings, seed, input: describeModel(model).input };
  const hash = createHash('sha256').update(JSON.stringify(facts));
  try {
    for (const name of TOKENIZER_FILES) hash.update(`\n${name} ${await hashOf(join(directory, name))}`);
    for (const { path, use } of files) hash.update(`\n${use}${extname(path)} ${await hashOf(path)}`);
  } catch {
    // Reading the data reports the fault.
    return undefined;
  }
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : 0;
}

/** The SHA-256 of a file's contents; `none` for a file that is missing. */
async function hashOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 'none';
  if (!found.isFile()) throw new Error(`${path} is not a file.`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}
