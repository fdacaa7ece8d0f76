import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRunResult, type RunResult } from '#shared/protocol/run-result.ts';
import { airtune, type CommandOptions } from '#test/support/airtune.ts';
import { pythonHas } from '#test/support/python.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const PYTHON = process.env.AIRTUNE_PYTHON ?? 'python3';

/** Gains by round and device [dB], the same in a measured channel and in a plug-in. */
const GAINS_DB = [
  [-90, -100, -95],
  [-101, -92, -97],
  [-96, -95, -99],
];
const TRACE = `round,device,gainDb\n${GAINS_DB.flatMap((row, round) => row.map((gain, device) => `${round + 1},${device},${gain}\n`)).join('')}`;
const LISTED = `
const GAINS_DB = ${JSON.stringify(GAINS_DB)};
export default {
  interfaceVersion: 1,
  name: 'listed',
  memory: true,
  gains: ({ round }) => GAINS_DB[round % 3].map((decibels) => 10 ** (decibels / 10)),
};
`;
/** Draws, with a setting. */
const DRAWN = `
import { defineChannel } from 'airtune/plugins';
export default defineChannel({
  interfaceVersion: 1,
  name: 'drawn',
  settings: (zod) => zod.object({ factor: zod.number().positive().default(1) }),
  gains: ({ round, meanGain }, { factor }, random) =>
    meanGain.map((gain, device) => factor * gain * random(round, device).exponential()),
});
`;
const IN_PYTHON = `
from airtune import run_channel

def gains(round, settings):
    return [settings["factor"] * gain for gain in round.mean_gain]

run_channel(gains, name="steady", settings={"factor": 1})
`;

const folder = sharedScratchFolder({
  ...tinyModelAndData(),
  'trace.csv': TRACE,
  'listed.js': LISTED,
  'drawn.ts': DRAWN,
  'steady.py': IN_PYTHON,
});
const run = (args: readonly string[], options: CommandOptions = {}) =>
  airtune(['run', ...tinyArguments(folder), ...args], { cwd: folder, ...options });
const resultOf = (out: string): RunResult => {
  const path = join(folder, out, 'result.json');
  return parseRunResult(JSON.parse(readFileSync(path, 'utf8')), path);
};
/** What was decided in each round. Its seconds depend on the size of the run's record, too. */
const plansOf = (out: string) =>
  resultOf(out).rounds.map(({ policy, selected, delaySeconds, objective, trainLoss }) => ({
    ...{ policy, selected, delaySeconds, objective, trainLoss },
  }));
const DRAWN_MODEL = ['--set', 'channel.model=./drawn.ts'];

describe('a channel plug-in', () => {
  test('gives the same bytes as a measured channel with the same gains', async () => {
    const plugged = await run(['--set', 'channel.model=./listed.js', '--out', 'listed']);
    expect(plugged.exitCode, plugged.stderr).toBe(0);
    await run(['--set', 'channel.trace=trace.csv', '--out', 'traced']);
    expect(trainedFiles(join(folder, 'listed'))).toEqual(trainedFiles(join(folder, 'traced')));
    expect(plansOf('listed')).toEqual(plansOf('traced'));
    const own = resultOf('listed');
    expect(own.control).toEqual(resultOf('traced').control);
    expect(own.plugins?.channel).toMatchObject({ name: 'listed', memory: true, settings: {} });
  });

  test('that draws its gains is repeated from the result and after an interruption', async () => {
    const whole = await run([...DRAWN_MODEL, '--out', 'whole']);
    expect(whole.exitCode, whole.stderr).toBe(0);
    const again = await airtune([
      'run',
      '--config',
      join(folder, 'whole', 'result.json'),
      '--out',
      join(folder, 'again'),
    ]);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(plansOf('again')).toEqual(plansOf('whole'));
    const interruptWhen = /^round 1\/3/m;
    expect((await run([...DRAWN_MODEL, '--out', 'stopped'], { interruptWhen })).exitCode).toBe(130);
    writeFileSync(join(folder, 'drawn.ts'), `${DRAWN}// Changed.\n`);
    const refused = await airtune(['--quiet', 'run', '--resume', join(folder, 'stopped')]);
    expect(refused.stderr).toMatch(/^airtune: channel drawn\.ts: differs from the plug-in /);
    expect(refused.exitCode).toBe(11);
    writeFileSync(join(folder, 'drawn.ts'), DRAWN);
    const resumed = await airtune(['run', '--resume', join(folder, 'stopped')]);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(trainedFiles(join(folder, 'stopped'))).toEqual(trainedFiles(join(folder, 'whole')));
  });

  test('has the same gains in studies, with any number of threads and with a policy plug-in', async () => {
    const study = async (threads: string) => {
      const args = [
        'study',
        '--policy',
        'set-expansion,greedy',
        '--devices',
        '20',
        '--rounds',
        '3',
        ...DRAWN_MODEL,
      ];
      const sweep = ['--sweep', 'channel.modelSettings.factor=1,4', '--threads', threads];
      const out = join(folder, `study-${threads}`);
      const { exitCode, stdout, stderr } = await airtune([...args, ...sweep, '--out', out], { cwd: folder });
      expect(exitCode, stderr).toBe(0);
      return { stdout, csv: readFileSync(join(out, 'latency.csv'), 'utf8') };
    };
    const one = await study('1');
    expect(one.stdout).toMatch(/factor 4/);
    expect((await study('3')).csv).toBe(one.csv);
  });

  test('is named by its name where it is swept, and gives one round by itself', async () => {
    const args = [
      'study',
      '--sweep',
      'channel.model=./drawn.ts,./listed.js',
      '--devices',
      '3',
      '--rounds',
      '2',
    ];
    const { exitCode, stdout, stderr } = await airtune([...args, '--out', 'swept'], { cwd: folder });
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/model drawn/);
    const drawn = await airtune(
      ['channel', '--devices', '3', '--set', 'channel.model=./listed.js', '--round', '1'],
      {
        cwd: folder,
      },
    );
    expect(drawn.exitCode, drawn.stderr).toBe(0);
    const { channelGain } = JSON.parse(drawn.stdout);
    expect(channelGain.map((gain: number) => Math.round(10 * Math.log10(gain)))).toEqual(GAINS_DB[1]);
  });

  test.runIf(pythonHas('json'))('in Python', async () => {
    const model = ['--set', `channel.model=${PYTHON} steady.py`, '--policy', 'best-channel'];
    const plugged = await run([...model, '--out', 'python']);
    expect(plugged.exitCode, plugged.stderr).toBe(0);
    await run(['--set', 'channel.fading.kind=none', '--policy', 'best-channel', '--out', 'steady']);
    expect(trainedFiles(join(folder, 'python'))).toEqual(trainedFiles(join(folder, 'steady')));
    expect(plansOf('python')).toEqual(plansOf('steady'));
  });
});
