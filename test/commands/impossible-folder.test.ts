import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tinyAdapter, writeAdapterFolder } from '#test/support/adapted-tiny-bert.ts';
import { airtune } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { impossibleFolder } from '#test/support/unwritable-folder.ts';

const out = impossibleFolder() ?? '';
const files = sharedScratchFolder(tinyModelAndData());
const adapter = join(files, 'adapter');
writeAdapterFolder(adapter, tinyAdapter());

test.skipIf(out === '').each([
  ['run', [...tinyArguments(files), '--out', out]],
  ['study', ['--devices', '10', '--rounds', '2', '--out', out]],
  ['export', [adapter, '--model', files, '--to', out]],
])('airtune %s says in one line that its folder cannot be created', async (command, options) => {
  const { exitCode, stderr } = await airtune([command, ...options]);
  expect(stderr).toMatch(
    /^airtune: \/proc\/airtune\S*: nothing can be created there.* Choose another folder\.\n$/,
  );
  expect(exitCode).toBe(8);
});
