import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RandomStream } from '#shared/random/random-stream.ts';
import { mutate } from './mutate.ts';

/** Runs the task on a copy of a folder with one damaged file; removes the copy afterwards. */
export async function withDamage<T>(
  folder: string,
  random: RandomStream,
  accepts: (name: string) => boolean,
  task: (copy: string) => Promise<T>,
): Promise<T> {
  const copy = mkdtempSync(join(tmpdir(), 'airtune-fuzz-'));
  try {
    cpSync(folder, copy, { recursive: true });
    const names = readdirSync(copy, { recursive: true, encoding: 'utf8' })
      .filter((name) => accepts(name) && statSync(join(copy, name)).isFile())
      .sort();
    const path = join(copy, names[random.integer(names.length)]);
    writeFileSync(path, mutate(readFileSync(path), random));
    return await task(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
