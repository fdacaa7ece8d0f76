import { globSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** Installed packages, and the pages of the site, which are made from `docs/`. */
const GENERATED = /(^|\/)(node_modules|dist)\/|^site\/pages\//;

/** Paths of all documents, from the repository's root. The change log quotes commands of old versions. */
export function documentPages(): readonly string[] {
  const folders = [
    'bench',
    'cdk',
    'cli',
    'docs',
    'emulator',
    'examples',
    'experiment',
    'export',
    'functions',
  ];
  const others = [
    'library',
    'local',
    'quickstart',
    'report',
    'run',
    'shared',
    'site',
    'study',
    'test',
    'tools',
  ];
  return [
    ...globSync('*.md', { cwd: ROOT }),
    ...globSync(`{${[...folders, ...others].join(',')}}/**/*.md`, { cwd: ROOT }),
  ]
    .filter((page) => page !== 'CHANGELOG.md' && !GENERATED.test(page))
    .sort();
}
