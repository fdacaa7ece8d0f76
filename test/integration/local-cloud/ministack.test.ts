import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '#local/emulator-process.ts';
import { LocalDeployment } from '#local/local-deployment.ts';
import { startMiniStack } from '#local/ministack.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { airtune, type CommandResult } from '#test/support/airtune.ts';
import { functionProcesses } from '#test/support/function-processes.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { fullRunOnly } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

const isRun = hasMiniStack && fullRunOnly('a deployment on MiniStack');

/** Plug-ins of three kinds, with what a deployment has to carry: imports, settings, random streams, state. */
const PLUGINS = {
  'policy.ts': `
    import { COUNT } from './count.ts';
    export default {
      interfaceVersion: 1,
      name: 'drawn-devices',
      plan({ round, devices }, _: unknown, state: { rounds: number } | undefined, random: any) {
        const rounds = (state?.rounds ?? 0) + 1;
        if (rounds !== round + 1) throw new Error('the state was lost');
        const first = random(round).integer(devices);
        return { selected: Array.from({ length: COUNT }, (_, index) => (first + index) % devices), state: { rounds } };
      },
    };`,
  'count.ts': 'export const COUNT: number = 2;\n',
  'channel.ts': `
    import { defineChannel } from 'airtune/plugins';
    export default defineChannel({
      interfaceVersion: 1,
      name: 'own-rayleigh',
      settings: (zod) => zod.object({ factor: zod.number().default(1) }),
      gains: ({ round, meanGain }, { factor }, random) =>
        meanGain.map((gain, device) => factor * gain * random(round, device).exponential()),
    });`,
  'optimizer.ts': `
    export default {
      interfaceVersion: 1,
      name: 'own-momentum',
      update({ parameters, gradients, state }: any) {
        const next: Record<string, Float32Array> = {};
        const moved: Record<string, Float32Array> = {};
        for (const [name, values] of Object.entries<Float32Array>(parameters)) {
          moved[name] = values.map((_, index) => 0.9 * (state[name]?.[index] ?? 0) + gradients[name][index]);
          next[name] = values.map((value, index) => value - 0.05 * moved[name][index]);
        }
        return { parameters: next, state: moved };
      },
    };`,
};

const folder = sharedScratchFolder({ ...tinyModelAndData(), ...PLUGINS });
const file = (name: keyof typeof PLUGINS) => join(folder, name);
const size = (devices: number, rounds: number): readonly string[] => [
  ...['--model', folder, '--data', folder, '--batch-size', '2', '--lora-rank', '2', '--engine', 'tfjs'],
  ...['--set', 'data.maxTokens=8', '--policy', 'all-in', '--seed', '11'],
  ...['--devices', String(devices), '--rounds', String(rounds)],
];

describe.skipIf(!isRun)('a deployment on MiniStack', () => {
  let emulator: Emulator;
  let deployment: LocalDeployment;
  let onEncoderLine: (line: string) => void = () => {};

  beforeAll(async () => {
    // AUTH: actions that a role does not allow are refused, as on AWS.
    emulator = await startMiniStack({ environment: { AUTH: 'true' } });
    deployment = new LocalDeployment(emulator.endpoint);
    await deployment.bootstrap();
    // Messages of a killed function are received again after this time, not after minutes. Runs without
    // plug-ins are not affected by those in the scheduler's bundle.
    await deployment.deploy({
      visibilitySeconds: 5,
      policy: file('policy.ts'),
      channel: file('channel.ts'),
    });
    await deployment.startWorker(['encoder'], (line) => onEncoderLine(line));
  });

  afterAll(async () => {
    await deployment?.stop();
    await emulator?.stop();
  });

  const inCloud = (args: readonly string[]): Promise<CommandResult> =>
    airtune(args, { env: deployment.environment });

  async function succeeded(result: Promise<CommandResult>): Promise<CommandResult> {
    const { exitCode, stderr } = await result;
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    return result;
  }

  async function deadLetterCount(): Promise<string> {
    const { stdout } = await succeeded(inCloud(['dead-letters']));
    return stdout.trim();
  }

  it('leaves the bytes that a run in one process leaves', async () => {
    const [embedded, deployed] = [join(folder, 'embedded'), join(folder, 'deployed')];
    await succeeded(airtune(['run', ...size(5, 5), '--out', embedded]));
    await succeeded(inCloud(['run', ...size(5, 5), '--target', 'aws', '--out', deployed]));
    expect(trainedFiles(deployed)).toEqual(trainedFiles(embedded));
    expect(await deadLetterCount()).toBe('0 dead letters.');
  });

  it('leaves these bytes with plug-ins, too: in its bundle, in its worker, and over the wire', async () => {
    const plugins = [
      ...['--policy', file('policy.ts'), '--set', `channel.model=${file('channel.ts')}`],
      ...['--set', 'channel.modelSettings.factor=2', '--set', `server.optimizer=${file('optimizer.ts')}`],
    ];
    const args = ['run', ...size(4, 3), ...plugins];
    const outputs = ['embedded', 'deployed', 'wire'].map((host) => join(folder, `plugins-${host}`));
    const [embedded, deployed, wire] = outputs;
    await succeeded(airtune([...args, '--out', embedded]));
    await succeeded(inCloud([...args, '--target', 'aws', '--out', deployed]));
    await succeeded(inCloud([...args, '--target', 'aws', '--endpoint', emulator.endpoint, '--out', wire]));
    expect(trainedFiles(deployed)).toEqual(trainedFiles(embedded));
    expect(trainedFiles(wire)).toEqual(trainedFiles(embedded));
    writeFileSync(file('policy.ts'), `${PLUGINS['policy.ts']}// Changed.\n`);
    const refused = await inCloud([...args, '--target', 'aws', '--out', join(folder, 'plugins-changed')]);
    expect(refused.stderr).toMatch(
      /policy drawn-devices: differs from the policy that was deployed\. Deploy it/,
    );
    expect(refused.exitCode).toBe(11);
  });

  it('loses nothing and does nothing twice when its functions are killed at random', async () => {
    const [embedded, deployed] = [join(folder, 'whole'), join(folder, 'killed')];
    await succeeded(airtune(['run', ...size(20, 10), '--out', embedded]));

    const random = randomStream(3, 'fault');
    let kills = 0;
    let killing = Promise.resolve();
    let seen = 0;
    onEncoderLine = (line) => {
      // Kills follow the encoder's progress, not the clock.
      if (!line.includes('"backward"') || seen++ % 15 !== 7) return;
      killing = killing.then(async () => {
        const processes = await functionProcesses();
        const victim = processes[random.integer(Math.max(processes.length, 1))];
        if (victim === undefined) return;
        process.kill(victim, 'SIGKILL');
        kills += 1;
      });
    };
    await succeeded(inCloud(['run', ...size(20, 10), '--target', 'aws', '--out', deployed]));
    onEncoderLine = () => {};
    await killing;
    expect(kills).toBeGreaterThanOrEqual(8);
    expect(trainedFiles(deployed)).toEqual(trainedFiles(embedded));
    expect(await deadLetterCount()).toBe('0 dead letters.');
  }, 400_000);

  it('carries several runs beside each other, watched, stopped and resumed from outside', async () => {
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    const started = await succeeded(
      inCloud(['run', ...size(4, 200), '--target', 'aws', '--detach', '--out', first]),
    );
    const [run = ''] = started.stdout.split(' ');
    await succeeded(inCloud(['run', ...size(3, 2), '--target', 'aws', '--out', second]));
    const { stdout: running } = await succeeded(inCloud(['status', run]));
    expect(running).toMatch(new RegExp(`^${run}  running   round \\d+/200`));
    await succeeded(inCloud(['stop', run]));
    const { stdout: all } = await succeeded(inCloud(['status']));
    expect(all).toMatch(new RegExp(`^${run}  stopped `, 'm'));
    expect(all).toMatch(/ finished {2}round 2\/2/);
  });
});
