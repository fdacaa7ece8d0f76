import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { scratchFolder, sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();
const size = ['--rounds', '8'];

test('a run whose model and data were moved continues from the new places, to the same bytes', async () => {
  const [whole, parts, moved] = [join(outputs, 'whole'), join(outputs, 'parts'), scratchFolder()];
  const original = scratchFolder();
  cpSync(files, join(original, 'here'), { recursive: true });
  const options = [...tinyArguments(join(original, 'here')), ...size];
  expect((await airtune(['run', ...options, '--out', whole])).exitCode).toBe(0);
  const stopped = await airtune(['run', ...options, '--out', parts], {
    interruptWhen: /^round +2\//m,
  });
  expect(stopped.exitCode, stopped.stderr).toBe(130);
  cpSync(join(original, 'here'), join(moved, 'there'), { recursive: true });
  rmSync(original, { recursive: true });

  const there = join(moved, 'there');
  const resumed = await airtune(['run', '--resume', parts, '--model', there, '--data', there]);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(trainedFiles(parts)).toEqual(trainedFiles(whole));
  const { config } = JSON.parse(readFileSync(join(parts, 'result.json'), 'utf8'));
  expect(config.model.directory).toBe(there);
});

test('other data than the run began with are refused', async () => {
  const parts = join(outputs, 'other-data');
  await airtune(['run', ...tinyArguments(files), ...size, '--out', parts], {
    interruptWhen: /^round +1\//m,
  });
  const other = scratchFolder(tinyModelAndData(72));
  const resumed = await airtune(['run', '--resume', parts, '--data', other]);
  expect(resumed.stderr).toMatch(/model or data have changed/);
  expect(resumed.exitCode).toBe(2);
});

test('an endpoint for a run that has none is refused', async () => {
  const parts = join(outputs, 'no-endpoint');
  await airtune(['run', ...tinyArguments(files), '--out', parts]);
  const resumed = await airtune(['run', '--resume', parts, '--endpoint', 'http://127.0.0.1:9']);
  expect(resumed.stderr).toMatch(/^airtune: --endpoint: has no effect: this run has no endpoint\./);
});
