import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExperimentFolder } from '#experiment/run/experiment-folder.ts';
import { RunOutput } from '#run/output/run-output.ts';
import { lockFolder } from '#shared/cloud/file/folder-lock.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

test('a late run of a killed experiment removes no folder that the next experiment needs', async () => {
  const folder = new ExperimentFolder(scratchFolder());
  await folder.prepareRun('runs/first');
  const late = await RunOutput.create(folder.path('runs/first'));
  await late.discard();
  await late.release();
  expect(existsSync(folder.path('runs/first'))).toBe(true);
});

test('a run that starts over finds an empty folder, once the process that saved in it has ended', async () => {
  const folder = new ExperimentFolder(scratchFolder());
  const run = folder.path('runs/first');
  mkdirSync(join(run, 'state'), { recursive: true });
  const saving = await lockFolder(run);
  const prepared = folder.prepareRun('runs/first');
  writeFileSync(join(run, 'state/last'), 'saved');
  await saving.release();
  await prepared;
  expect(readdirSync(run)).toEqual([]);
});
