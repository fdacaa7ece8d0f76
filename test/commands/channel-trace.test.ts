import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const ROWS = [0, 1, 2].flatMap((device) =>
  [1, 2].map((round) => `${device},${round},${-80 - 7 * device * round}`),
);
const folder = sharedScratchFolder({
  ...tinyModelAndData(),
  'gains.csv': `device,round,gainDb\n${ROWS.join('\n')}\n`,
  'settings.yaml': 'channel: { trace: ./gains.csv }\n',
});

test('a run over a measured channel repeats it with a notice, and is repeated from its result', async () => {
  const out = join(folder, 'out');
  const args = ['run', ...tinyArguments(folder), '--config', join(folder, 'settings.yaml'), '--out', out];
  const { exitCode, stderr } = await airtune(args);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(/notice: .*gains\.csv has 2 rounds; it is repeated for 3\./);
  // The result holds the values: the file is not needed again.
  writeFileSync(join(folder, 'gains.csv'), 'device,round,gainDb\n0,1,-30\n');
  const again = join(folder, 'again');
  const repeated = await airtune(['run', '--config', join(out, 'result.json'), '--out', again]);
  expect(repeated.exitCode, repeated.stderr).toBe(0);
  expect(trainedFiles(again)).toEqual(trainedFiles(out));
  const delays = (place: string) =>
    JSON.parse(readFileSync(join(place, 'result.json'), 'utf8')).rounds.map(
      (round: { delaySeconds: number }) => round.delaySeconds,
    );
  expect(delays(again)).toEqual(delays(out));
  writeFileSync(join(folder, 'gains.csv'), `device,round,gainDb\n${ROWS.join('\n')}\n`);
});

test('a study and the command channel take the same trace', async () => {
  const set = ['--set', 'channel.trace=gains.csv'];
  const round = await airtune(['channel', '--devices', '3', '--round', '1', ...set], { cwd: folder });
  expect(round.exitCode, round.stderr).toBe(0);
  expect(JSON.parse(round.stdout).channelGain).toEqual(
    [-80, -94, -108].map((decibels) => 10 ** (decibels / 10)),
  );
  const out = join(folder, 'study');
  const args = ['study', '--policy', 'exact,greedy', '--devices', '2', '--rounds', '1', '--out', out];
  const study = await airtune([...args, ...set], { cwd: folder });
  expect(study.exitCode, study.stderr).toBe(0);
  expect(study.stderr).toMatch(
    /notice: of .*gains\.csv, 1 of 2 rounds are used\.\n.*2 of 3 devices are used/,
  );
});

test('a device that is not in the trace is named before the run', async () => {
  const args = ['channel', '--devices', '4', '--set', 'channel.trace=gains.csv'];
  const { exitCode, stderr } = await airtune(args, { cwd: folder });
  expect(stderr).toMatch(/^airtune: --set: channel\.trace has 3 devices \(.*gains\.csv\); 4 are needed\.\n$/);
  expect(exitCode).toBe(2);
});

test('a missing trace is reported in one line', async () => {
  const { exitCode, stderr } = await airtune(['channel', '--set', 'channel.trace=gone.csv'], { cwd: folder });
  expect(stderr).toMatch(/^airtune: .*gone\.csv: .*\n$/);
  expect(exitCode).toBe(3);
});
