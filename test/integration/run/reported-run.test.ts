import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readReportedRun } from '#run/report/read-reported-run.ts';
import { lockFolder } from '#shared/cloud/file/folder-lock.ts';
import { airtune } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

const files = sharedScratchFolder(tinyModelAndData());
const run = join(sharedScratchFolder(), 'run');
const report = join(run, 'report.html');
const metrics = join(run, 'metrics.jsonl');

const answer = (): string => /class="answer">([^<]*)/.exec(readFileSync(report, 'utf8'))?.[1] ?? '';

beforeAll(async () => {
  const options = [...tinyArguments(files), '--rounds', '3', '--trace-rounds', '2', '--out', run];
  const { exitCode, stderr } = await airtune(['run', ...options]);
  expect(exitCode, stderr).toBe(0);
});

test('the report of a finished run draws its traced round', () => {
  expect(answer()).toContain('of virtual time (3 rounds)');
  expect(readFileSync(report, 'utf8')).toContain('id="round-drawn"');
});

test('an unfinished run has a report of its rounds so far', async () => {
  const [first, second] = readFileSync(metrics, 'utf8').split('\n');
  rmSync(join(run, 'result.json'));
  // The last line is still in writing.
  writeFileSync(metrics, `${first}\n${second}\n{"round":3,"pol`);
  const interrupted = await readReportedRun(run);
  expect(interrupted?.progress).toEqual({ state: 'interrupted', rounds: 3 });
  expect(interrupted?.rounds.map(({ round }) => round)).toEqual([1, 2]);
  const lock = await lockFolder(run);
  try {
    expect((await readReportedRun(run))?.progress?.state).toBe('running');
    const { exitCode, stderr } = await airtune(['report', run]);
    expect(exitCode, stderr).toBe(0);
    expect(answer()).toContain('(2 of 3 rounds, running)');
  } finally {
    await lock.release();
  }
});

test('a damaged line of the metrics is named', async () => {
  appendFileSync(metrics, '\n');
  const { exitCode, stderr } = await airtune(['report', run]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('metrics.jsonl:3: is not JSON.');
});
