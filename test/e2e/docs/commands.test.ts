import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shellBlocks } from '#test/support/docs/shell-blocks.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');

const pages = globSync('docs/*.md', { cwd: ROOT })
  .map((page) => {
    const blocks = shellBlocks(readFileSync(join(ROOT, page), 'utf8'));
    return { page, scripts: blocks.flatMap(({ script, needs }) => (needs === undefined ? [script] : [])) };
  })
  .filter(({ scripts }) => scripts.length > 0);

/** Runs a script as a reader would type it, with this checkout as the installed airtune. */
function run(folder: string, script: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PATH: [join(folder, '.programs'), process.env.PATH].join(delimiter),
    },
  });
  return { status, output: status === 0 ? '' : `${stdout}${stderr}` };
}

function readersFolder(): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, '.programs'));
  const npx = `#!/bin/sh\nshift\nexec '${process.execPath}' '${join(ROOT, 'bin/airtune.cjs')}' "$@"\n`;
  writeFileSync(join(folder, '.programs/npx'), npx, { mode: 0o755 });
  return folder;
}

describe('the commands of the documentation', () => {
  test.each(pages)('$page', ({ scripts }) => {
    const folder = readersFolder();
    for (const script of scripts) expect(run(folder, script), script).toEqual({ status: 0, output: '' });
  });

  test('are those of several pages', () => {
    expect(pages.map(({ page }) => page)).toEqual(expect.arrayContaining(['docs/start.md', 'docs/study.md']));
  });
});
