import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const filesWith = (pattern: RegExp, glob: string): readonly string[] =>
  globSync(glob, { cwd: ROOT })
    .filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8')))
    .sort();

const STARTS_PROCESSES = /support\/airtune-process\.ts'|'node:child_process'/;
/** Parts of the global process that a terminal has. */
const PROCESS_PARTS =
  /\bprocess\.(stdin|stdout|stderr|env|argv|exit|exitCode|on|once|channel|cwd|chdir)\b|\bconsole\./;

describe('processes', () => {
  test('are started by no test in test/commands, which calls the command line in its own process', () => {
    expect(filesWith(STARTS_PROCESSES, 'test/commands/**/*.ts')).toEqual([]);
  });

  test('are started by every test in test/e2e/cli; others belong in test/commands, which is faster', () => {
    const all = globSync('test/e2e/cli/**/*.test.ts', { cwd: ROOT }).sort();
    expect(filesWith(STARTS_PROCESSES, 'test/e2e/cli/**/*.test.ts')).toEqual(all);
  });

  test('have their streams, environment and signals used by the program only; commands use their terminal', () => {
    expect(filesWith(PROCESS_PARTS, 'cli/**/*.ts')).toEqual([join('cli', 'airtune.ts')]);
  });
});
