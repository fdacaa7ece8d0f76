import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { tinyFolderWith } from '#test/support/refused-run.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments } from '#test/support/tiny-run.ts';

test('an output folder that holds something is left alone', async () => {
  const folder = tinyFolderWith();
  const out = scratchFolder({ 'precious.txt': 'mine' });
  const result = await airtune(['run', ...tinyArguments(folder), '--out', out]);
  expect(result.exitCode).toBe(8);
  expect(result.stderr).toContain(out);
  expect(readFileSync(join(out, 'precious.txt'), 'utf8')).toBe('mine');
});

test('a folder without a run cannot be resumed', async () => {
  const result = await airtune(['run', '--resume', scratchFolder()]);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toMatch(/not the output folder of a run/);
});

test('an endpoint that does not answer is named', async () => {
  const folder = tinyFolderWith();
  const result = await airtune(
    [
      '--quiet',
      'run',
      ...tinyArguments(folder),
      '--target',
      'aws',
      '--endpoint',
      'http://127.0.0.1:9',
      '--out',
      join(folder, 'out'),
    ],
    { env: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } },
  );
  expect(result.exitCode).toBe(7);
  expect(result.stderr).toContain('http://127.0.0.1:9');
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
});
