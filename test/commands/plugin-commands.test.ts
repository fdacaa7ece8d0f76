import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

const STRONGEST = `
export default {
  interfaceVersion: 1,
  name: 'strongest',
  plan: ({ channelGain }) => ({ selected: [channelGain.indexOf(Math.max(...channelGain))] }),
};
`;
const STEADY = `
export default { interfaceVersion: 1, name: 'steady', gains: ({ meanGain }) => meanGain };
`;
const folder = sharedScratchFolder({ ...tinyModelAndData(), 'mine.js': STRONGEST, 'steady.js': STEADY });
const inFolder = (args: readonly string[]) => airtune(args, { cwd: folder });

test('an experiment sweeps plug-ins beside built-in policies, and compare names them', async () => {
  const sweep = ['--sweep', 'scheduling.policy=./mine.js,greedy', '--set', 'channel.model=./steady.js'];
  const ran = await inFolder([
    'experiment',
    ...tinyArguments(folder),
    ...sweep,
    '--jobs',
    '1',
    '--out',
    'grid',
  ]);
  expect(ran.exitCode, ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/^mine\.js .*$/m);
  const compared = await inFolder(['compare', 'grid']);
  expect(compared.stdout).toMatch(/scheduling\.policy +strongest +greedy/);
  const run = join(folder, 'grid', 'runs', '01-mine.js-seed-11');
  const advised = await inFolder(['advise', run, '--out', 'advice.json']);
  expect(advised.exitCode, advised.stderr).toBe(0);
  const calibrated = await inFolder(['calibrate', run, '--out', 'calibrated.yaml']);
  expect(calibrated.stderr).toMatch(
    /scheduling\.policy: is a plug-in, whose rounds cannot be predicted\. Measure/,
  );
  expect(calibrated.exitCode).toBe(2);
});

test('cost models the rounds of plug-ins', async () => {
  const plugins = ['--policy', './mine.js', '--set', 'channel.model=./steady.js'];
  const { exitCode, stdout, stderr } = await inFolder([
    'cost',
    ...tinyArguments(folder),
    ...plugins,
    '--json',
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ rounds: 3, devicesPerRound: 1 });
});
