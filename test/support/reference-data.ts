import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const REPOSITORY_ROOT = resolve(import.meta.dirname, '../..');

/**
 * Folder of the golden files: AIRTUNE_GOLDEN, or next to the repository. Undefined, after a notice, if
 * absent.
 */
export function goldenFolder(): string | undefined {
  return folder('AIRTUNE_GOLDEN', '../shared/golden', 'golden files');
}

/**
 * Folder of public data sets and models: AIRTUNE_DATA, or next to the repository. Undefined, after a notice,
 * if absent.
 */
export function dataFolder(): string | undefined {
  return folder('AIRTUNE_DATA', '../shared/data', 'public data sets and models');
}

function folder(variable: string, standard: string, holds: string): string | undefined {
  const path = resolve(REPOSITORY_ROOT, process.env[variable] ?? standard);
  if (existsSync(path)) return path;
  process.stderr.write(`skipped: ${holds} are not at ${path} (set ${variable} to their folder)\n`);
  return undefined;
}
