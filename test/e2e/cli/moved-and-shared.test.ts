import { cpSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune, trainedFiles } from '#test/support/airtune-command.ts';
import { scratchFolder, sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

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
    interrupt: { when: /^round +2\//m, signal: 'SIGINT' },
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
    interrupt: { when: /^round +1\//m, signal: 'SIGINT' },
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

test('a second process on the same folder is refused while the first one runs, by any path', async () => {
  const out = join(outputs, 'busy');
  const link = join(outputs, 'link');
  let second: Promise<Awaited<ReturnType<typeof airtune>>[]> | undefined;
  const first = await airtune(['run', ...tinyArguments(files), '--rounds', '60', '--out', out], {
    onErrorOutput: (stderr) => {
      if (second !== undefined || !stderr.includes('round ')) return;
      symlinkSync(out, link);
      second = Promise.all([out, link].map((folder) => airtune(['run', '--resume', folder])));
    },
  });
  expect(first.exitCode, first.stderr).toBe(0);
  const refused = (await second) ?? [];
  expect(refused).toHaveLength(2);
  for (const { stderr, exitCode } of refused) {
    expect(stderr).toMatch(/^airtune: .*: is in use by another airtune \(process \d+\)\./);
    expect(exitCode).toBe(8);
  }
});

test('a process that was killed holds nothing', async () => {
  const out = join(outputs, 'killed');
  await airtune(['run', ...tinyArguments(files), ...size, '--out', out], {
    interrupt: { when: /^round +1\//m, signal: 'SIGKILL' },
  });
  const resumed = await airtune(['run', '--resume', out]);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
});

test('a run continues when the reader of its progress closes the pipe', async () => {
  const [out, whole] = [join(outputs, 'unread'), join(outputs, 'read')];
  const options = [...tinyArguments(files), ...size];
  const unread = await airtune(['run', ...options, '--out', out], { readErrorOutputOnce: true });
  expect(unread.exitCode).toBe(0);
  expect(unread.stdout).toContain('test accuracy');
  await airtune(['run', ...options, '--out', whole]);
  expect(trainedFiles(out)).toEqual(trainedFiles(whole));
});
