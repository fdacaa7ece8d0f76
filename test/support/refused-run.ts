import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { airtune } from './airtune.ts';
import { scratchFolder } from './scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from './tiny-run.ts';

/** Makes a folder with a tiny model and its data, in which the given files replace the originals. */
export function tinyFolderWith(changes: Readonly<Record<string, string | Uint8Array>> = {}): string {
  return scratchFolder({ ...tinyModelAndData(), ...changes });
}

/** Expects that a quiet run prints one line of error, has this exit status, and makes no output folder. */
export async function expectRefusal(
  folder: string,
  extra: readonly string[],
  exitCode: number,
  line: RegExp,
): Promise<void> {
  const out = join(folder, 'out');
  const result = await airtune(['--quiet', 'run', ...tinyArguments(folder), '--out', out, ...extra]);
  expect(result.stderr).toMatch(line);
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(result.exitCode).toBe(exitCode);
  expect(existsSync(out)).toBe(false);
}
