import { existsSync } from 'node:fs';

/** A folder that nobody can create, on a file system that says its parent is not there; undefined where there is none. */
export function impossibleFolder(): string | undefined {
  if (process.platform === 'linux' && existsSync('/proc/self')) return '/proc/airtune/out';
  process.stderr.write('skipped: folders on a file system that takes none, which is /proc on Linux\n');
  return undefined;
}
