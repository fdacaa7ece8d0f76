import { globSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFolders } from '#test/support/repository/source-files.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Paths of all documents, from the repository's root. The change log quotes commands of old versions. */
export function documentPages(): readonly string[] {
  const inFolders = sourceFolders(ROOT).flatMap((folder) =>
    // The pages of the site are made from `docs/`.
    globSync(`${folder}/**/*.md`, { cwd: ROOT, exclude: ['**/node_modules', 'site/pages'] }),
  );
  return [...globSync('*.md', { cwd: ROOT }), ...inFolders].filter((page) => page !== 'CHANGELOG.md').sort();
}
