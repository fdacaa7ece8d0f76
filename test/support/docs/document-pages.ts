import { globSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** Paths of all documents of the repository but the change log, which quotes commands of old versions. */
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
    .filter((page) => page !== 'CHANGELOG.md' && !page.includes('node_modules/'))
    .sort();
}
