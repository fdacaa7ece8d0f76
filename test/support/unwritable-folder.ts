import { existsSync } from 'node:fs';

/**
 * A folder that cannot be created, because its file system reports a missing parent; undefined if there is
 * none.
 */
export function impossibleFolder(): string | undefined {
  if (process.platform === 'linux' && existsSync('/proc/self')) return '/proc/airtune/out';
  process.stderr.write('skipped: folders on a file system that takes none, which is /proc on Linux\n');
  return undefined;
}
