import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { airtune, type CommandOptions } from '#test/support/airtune.ts';
import { expectRefusal, tinyFolderWith } from '#test/support/refused-run.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

/** Two of the strongest devices, as `best-channel` with devicesPerRound 2; counts its rounds in its state. */
const STRONGEST = `
export default {
  interfaceVersion: 1,
  name: 'strongest',
  settings: (zod) => zod.object({ count: zod.number().int().positive().default(2) }),
  plan({ round, channelGain }, { count }, state = { rounds: 0 }) {
    if (state.rounds !== round) throw new Error('the state is that of round ' + state.rounds);
    const order = [...channelGain.keys()].sort((one, other) => channelGain[other] - channelGain[one]);
    return { selected: order.slice(0, count), state: { rounds: round + 1 } };
  },
};
`;

const folder = sharedScratchFolder({ ...tinyModelAndData(), 'strongest.js': STRONGEST });
const run = (args: readonly string[], options: CommandOptions = {}) =>
  airtune(['run', ...tinyArguments(folder), ...args], { cwd: folder, ...options });

describe('a policy plug-in', () => {
  test('gives the same bytes as a built-in policy with the same plans', async () => {
    const [own, builtIn] = ['own', 'built-in'].map((name) => join(folder, name));
    const plugged = await run(['--policy', './strongest.js', '--out', own]);
    expect(plugged.exitCode, plugged.stderr).toBe(0);
    await run(['--policy', 'best-channel', '--set', 'scheduling.devicesPerRound=2', '--out', builtIn]);
    expect(trainedFiles(own)).toEqual(trainedFiles(builtIn));
    const result = JSON.parse(readFileSync(join(own, 'result.json'), 'utf8'));
    expect(result.rounds.map(({ policy }: { policy: string }) => policy)).toEqual(Array(3).fill('strongest'));
    expect(result.plugins.policy).toMatchObject({ name: 'strongest', settings: { count: 2 } });
  });

  test('costs as much as the equal built-in policy, even after its file is deleted', async () => {
    const file = join(folder, 'strongest.js');
    rmSync(file);
    const { stdout, stderr } = await airtune([
      'compare',
      join(folder, 'own'),
      join(folder, 'built-in'),
      '--json',
    ]);
    writeFileSync(file, STRONGEST);
    expect(stderr).toBe('');
    const [own, builtIn] = JSON.parse(stdout).contenders.map(
      ({ figures }: { figures: { usd: { mean: number } } }) => figures.usd.mean,
    );
    expect(builtIn).toBeGreaterThan(0);
    expect(own / builtIn).toBeCloseTo(1, 6);
  });

  test('is repeated from the result, in another folder', async () => {
    const out = join(folder, 'repeated');
    const result = join(folder, 'own', 'result.json');
    const repeated = await airtune(['run', '--config', result, '--out', out]);
    expect(repeated.exitCode, repeated.stderr).toBe(0);
    expect(trainedFiles(out)).toEqual(trainedFiles(join(folder, 'own')));
  });

  test('continues with its state after an interruption, and is refused if it has changed', async () => {
    const out = join(folder, 'interrupted');
    const interruptWhen = /^round 1\/3/m;
    const stopped = await run(['--policy', './strongest.js', '--out', out], { interruptWhen });
    expect(stopped.exitCode).toBe(130);
    writeFileSync(join(folder, 'strongest.js'), `${STRONGEST}// Changed.\n`);
    const refused = await airtune(['--quiet', 'run', '--resume', out]);
    expect(refused.stderr).toMatch(
      /^airtune: policy strongest\.js: differs from the plug-in .*start a new run\.\n$/,
    );
    expect(refused.exitCode).toBe(11);
    writeFileSync(join(folder, 'strongest.js'), STRONGEST);
    const resumed = await airtune(['run', '--resume', out]);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(trainedFiles(out)).toEqual(trainedFiles(join(folder, 'own')));
  });

  test('is named in a settings file relative to that file, with its settings', async () => {
    const config = join(folder, 'settings.yaml');
    writeFileSync(config, 'scheduling: { policy: ./strongest.js, policySettings: { count: 1 } }\n');
    const { stdout } = await airtune(['config', '--config', config, '--json']);
    expect(JSON.parse(stdout)['scheduling.policy'].value).toBe(join(folder, 'strongest.js'));
    const { exitCode, stderr } = await run(['--config', config, '--out', join(folder, 'of-file')]);
    expect(exitCode, stderr).toBe(0);
    const { rounds } = JSON.parse(readFileSync(join(folder, 'of-file', 'result.json'), 'utf8'));
    expect(rounds.map(({ selected }: { selected: number[] }) => selected.length)).toEqual([1, 1, 1]);
  });

  test('is compared with built-in ones in a study, with the same bytes for any number of threads', async () => {
    const study = async (threads: string) => {
      const out = join(folder, `study-${threads}`);
      const args = ['study', '--policy', './strongest.js,greedy', '--devices', '20', '--rounds', '3'];
      const sweep = ['--sweep', 'scheduling.policySettings.count=2,5'];
      const { exitCode, stdout, stderr } = await airtune(
        [...args, ...sweep, '--threads', threads, '--out', out],
        { cwd: folder },
      );
      expect(exitCode, stderr).toBe(0);
      return { stdout, csv: readFileSync(join(out, 'latency.csv'), 'utf8') };
    };
    const one = await study('1');
    expect(one.stdout).toMatch(/^strongest, count 5/m);
    expect(one.csv).toMatch(/^1,1,strongest,2,1,20,strongest,2,/m);
    expect((await study('3')).csv).toBe(one.csv);
  });

  test('plans a single round', async () => {
    const { stdout: round } = await airtune(['channel', '--devices', '6']);
    const { exitCode, stdout, stderr } = await airtune(['schedule', '-', '--policy', './strongest.js'], {
      cwd: folder,
      input: round,
    });
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ policy: 'strongest' });
    expect(JSON.parse(stdout).selected).toHaveLength(2);
  });
});

const plan = (body: string) =>
  `export default { interfaceVersion: 1, name: 'bad', plan(round) { ${body} } };\n`;

describe('a policy that cannot be used is one line', () => {
  test.each([
    ['a file that is not there', undefined, 11, /policy bad\.js: there is no file .*bad\.js/],
    [
      'a missing package',
      "import 'not-installed';\n",
      11,
      /policy bad\.js: cannot be imported: .*not-installed/,
    ],
    [
      'another interface version',
      "export default { interfaceVersion: 2, name: 'bad', plan() {} };\n",
      11,
      /policy bad\.js: is of interface version 2; this airtune calls version 1\./,
    ],
    [
      'a name of a built-in',
      plan('').replace("'bad'", "'exact'"),
      11,
      /has the name of a built-in policy, exact/,
    ],
  ])('before the run: %s', async (_, source, exitCode, line) => {
    const place = tinyFolderWith(source === undefined ? {} : { 'bad.js': source });
    await expectRefusal(place, ['--policy', join(place, 'bad.js')], exitCode, line);
  });

  test.each([
    [
      'throws',
      "if (round.round === 1) throw new Error('no idea'); return { selected: [0] };",
      /round 2: plan\(\) threw no idea \(bad\.js:1\)/,
    ],
    [
      'returns NaN',
      'return { selected: [0], bandwidthHz: [NaN] };',
      /round 1: gave device 0 bandwidthHz NaN/,
    ],
    ['never returns', 'return new Promise(() => {});', /round 1: plan\(\) did not return within 1 s/],
    ['loops', 'for (;;);', /round 1: plan\(\) did not return within 1 s/],
  ])('in its round: one that %s', async (_, body, line) => {
    const place = tinyFolderWith({ 'bad.js': plan(body) });
    const limit = ['--set', 'scheduling.policyTimeoutSeconds=1'];
    const { exitCode, stderr } = await airtune([
      ...['--quiet', 'run', ...tinyArguments(place), '--policy', join(place, 'bad.js'), ...limit],
      ...['--out', join(place, 'out')],
    ]);
    expect(stderr).toMatch(/^airtune: policy bad\.js, /);
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(exitCode).toBe(11);
  });

  test('in a study, without a result', async () => {
    const place = tinyFolderWith({ 'bad.js': plan('return { selected: [7] };') });
    const out = join(place, 'study');
    const { exitCode, stderr } = await airtune([
      ...['--quiet', 'study', '--policy', join(place, 'bad.js'), '--devices', '5', '--out', out],
    ]);
    expect(stderr).toBe(
      'airtune: policy bad.js, round 1: scheduled device 7; devices are numbered 0 to 4.\n',
    );
    expect(exitCode).toBe(11);
    expect(existsSync(join(out, 'study.json'))).toBe(false);
  });

  test('a misspelt built-in still finds its nearest neighbour', () =>
    expectRefusal(
      tinyFolderWith(),
      ['--policy', 'exakt'],
      2,
      /scheduling\.policy is "exakt".*Did you mean exact\?/,
    ));

  test('settings beside a built-in policy', () =>
    expectRefusal(
      tinyFolderWith(),
      ['--policy', 'greedy', '--set', 'scheduling.policySettings.count=1'],
      2,
      /scheduling\.policySettings: is for policy plug-ins/,
    ));
});
