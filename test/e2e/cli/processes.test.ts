import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { airtuneProcess } from '#test/support/airtune-process.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();
const size = ['--rounds', '8'];

test('an interrupted run says how to go on, and ends in the same bytes when it does', async () => {
  const whole = join(outputs, 'whole');
  const parts = join(outputs, 'parts');
  const many = ['--rounds', '12'];
  await airtune(['run', ...tinyArguments(files), ...many, '--out', whole]);
  const stopped = await airtuneProcess(['run', ...tinyArguments(files), ...many, '--out', parts], {
    interrupt: { when: /^round +2\//m, signal: 'SIGINT' },
  });
  expect(stopped.exitCode).toBe(130);
  expect(stopped.stderr).toContain(`airtune run --resume ${parts}`);
  expect(existsSync(join(parts, 'result.json'))).toBe(false);

  const resumed = await airtune(['run', '--resume', parts]);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(trainedFiles(parts)).toEqual(trainedFiles(whole));
  const metrics = (folder: string) =>
    readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  expect(metrics(parts).map((line) => JSON.parse(line).round)).toEqual(
    metrics(whole).map((line) => JSON.parse(line).round),
  );
});

test('a killed run can be resumed as well', async () => {
  const killed = join(outputs, 'killed');
  await airtuneProcess(['run', ...tinyArguments(files), '--rounds', '12', '--out', killed], {
    interrupt: { when: /^round +3\//m, signal: 'SIGKILL' },
  });
  const resumed = await airtune(['run', '--resume', killed]);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(trainedFiles(killed)).toEqual(trainedFiles(join(outputs, 'whole')));
});

test('a second process on the same folder is refused while the first one runs, by any path', async () => {
  const out = join(outputs, 'busy');
  const link = join(outputs, 'link');
  let second: Promise<Awaited<ReturnType<typeof airtuneProcess>>[]> | undefined;
  const first = await airtuneProcess(['run', ...tinyArguments(files), '--rounds', '60', '--out', out], {
    onErrorOutput: (stderr) => {
      if (second !== undefined || !stderr.includes('round ')) return;
      symlinkSync(out, link);
      second = Promise.all([out, link].map((folder) => airtuneProcess(['run', '--resume', folder])));
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
  const out = join(outputs, 'killed-early');
  await airtuneProcess(['run', ...tinyArguments(files), ...size, '--out', out], {
    interrupt: { when: /^round +1\//m, signal: 'SIGKILL' },
  });
  const resumed = await airtune(['run', '--resume', out]);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
});

test('a run whose experiment is killed before it has read its arguments stops, and leaves nothing', async () => {
  const out = join(outputs, 'experiment/runs/orphaned');
  const orphan = await airtuneProcess(['run', ...tinyArguments(files), '--out', out], { orphaned: true });
  expect(orphan.stderr).toContain('stopped before the first round');
  expect(orphan.exitCode).toBe(130);
  expect(existsSync(join(outputs, 'experiment'))).toBe(false);
});

test('a run continues when the reader of its progress closes the pipe', async () => {
  const [out, whole] = [join(outputs, 'unread'), join(outputs, 'read')];
  const options = [...tinyArguments(files), ...size];
  const unread = await airtuneProcess(['run', ...options, '--out', out], { readErrorOutputOnce: true });
  expect(unread.exitCode).toBe(0);
  expect(unread.stdout).toContain('test accuracy');
  await airtune(['run', ...options, '--out', whole]);
  expect(trainedFiles(out)).toEqual(trainedFiles(whole));
});

test('predictions end without an error when the reader closes the pipe', async () => {
  const out = join(outputs, 'whole');
  const input = 'fine\n'.repeat(20_000);
  const { exitCode, stderr } = await airtuneProcess(['predict', out, '--file', '-'], {
    input,
    readOnce: true,
  });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});

test('the program prints, and ends with, what its command line does', async () => {
  for (const args of [['--version'], ['run', '--resume', files], ['run', '--rounds', '0'], ['nothing']]) {
    expect(await airtuneProcess(args)).toEqual(await airtune(args));
  }
});

test('a run whose error output is closed continues to its end', async () => {
  const out = join(outputs, 'closed');
  await airtune(['run', ...tinyArguments(files), '--out', join(outputs, 'complete')]);
  const args = ['--verbose', 'run', ...tinyArguments(files), '--out', out];
  const { exitCode, stdout } = await airtuneProcess(args, { readErrorOutputOnce: true });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/test accuracy/);
  expect(existsSync(join(out, 'result.json'))).toBe(true);
  expect(trainedFiles(out)).toEqual(trainedFiles(join(outputs, 'complete')));
});
