import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appliedTo, type Recipe, recipesOf } from '#test/support/repository/recipes.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const recipes = recipesOf(readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8'));

/** Copy of the working tree's files that git tracks, with this checkout's packages. */
function copyOfRepository(): string {
  const folder = scratchFolder();
  const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of tracked.split('\0').filter((name) => name !== '')) {
    cpSync(join(ROOT, file), join(folder, file), { force: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs a shell script in the copy, with `airtune` and the packages' programs on its PATH. */
function run(folder: string, script: string): { readonly status: number | null; readonly output: string } {
  const programs = join(folder, '.programs');
  mkdirSync(programs, { recursive: true });
  writeFileSync(
    join(programs, 'airtune'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(folder, 'cli/airtune.ts')}' "$@"\n`,
    { mode: 0o755 },
  );
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PATH: [programs, join(folder, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    },
  });
  return { status, output: status === 0 ? '' : `${stdout}${stderr}` };
}

/** New files, changed files, and changed lines other than imports of a recipe. */
function costOf({ steps }: Recipe) {
  const edits = steps.filter((step) => step.kind === 'insert' || step.kind === 'replace');
  const lines = edits.flatMap(({ text }) => text.trim().split('\n'));
  return {
    newFiles: steps.filter(({ kind }) => kind === 'new').length,
    changedFiles: new Set(edits.map(({ file }) => file)).size,
    changedLines: lines.filter((line) => !line.startsWith('import ')).length,
  };
}

/** Follows the steps of a recipe that change files. */
function applySteps(folder: string, steps: Recipe['steps']): void {
  for (const step of steps) {
    if (step.kind === 'run') continue;
    const file = join(folder, step.file);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, step.kind === 'new' ? step.text : appliedTo(readFileSync(file, 'utf8'), step));
  }
}

describe('the recipes of CONTRIBUTING.md', () => {
  it('need few new files and lines', () => {
    expect(Object.fromEntries(recipes.map((recipe) => [recipe.title, costOf(recipe)]))).toEqual({
      'Add a scheduling policy': { newFiles: 1, changedFiles: 1, changedLines: 1 },
      'Add a model family': { newFiles: 1, changedFiles: 1, changedLines: 1 },
      'Add a data format': { newFiles: 1, changedFiles: 1, changedLines: 1 },
      // The second file runs the contract suite.
      'Add a queue adapter': { newFiles: 2, changedFiles: 0, changedLines: 0 },
      'Add a latency stage': { newFiles: 0, changedFiles: 2, changedLines: 5 },
      'Add a command': { newFiles: 1, changedFiles: 1, changedLines: 1 },
    });
  });

  it('name files and lines that are there, and commands', () => {
    const folder = copyOfRepository();
    for (const { title, steps } of recipes) {
      applySteps(folder, steps);
      expect(
        steps.map(({ kind }) => kind),
        title,
      ).toContain('run');
    }
  });

  describe.skipIf(!fullRunOnly('the recipes of CONTRIBUTING.md, compiled and run'))('compile and run', () => {
    it.each(recipes.map((recipe) => [recipe.title, recipe.steps] as const))('%s', (_, steps) => {
      const folder = copyOfRepository();
      applySteps(folder, steps);
      expect(run(folder, 'tsc --noEmit')).toEqual({ status: 0, output: '' });
      for (const step of steps) {
        if (step.kind === 'run') expect(run(folder, step.script)).toEqual({ status: 0, output: '' });
      }
    });
  });
});
