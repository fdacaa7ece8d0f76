import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '#local/emulator-process.ts';
import { LocalDeployment } from '#local/local-deployment.ts';
import { startMiniStack } from '#local/ministack.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { airtune, type CommandResult, trainedFiles } from '#test/support/airtune-command.ts';
import { functionProcesses } from '#test/support/function-processes.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyModelAndData } from '#test/support/tiny-run.ts';

const folder = sharedScratchFolder(tinyModelAndData());
const size = (devices: number, rounds: number): readonly string[] => [
  ...['--model', folder, '--data', folder, '--batch-size', '2', '--lora-rank', '2', '--engine', 'tfjs'],
  ...['--set', 'data.maxTokens=8', '--policy', 'all-in', '--seed', '11'],
  ...['--devices', String(devices), '--rounds', String(rounds)],
];

describe.skipIf(!hasMiniStack)('a deployment on MiniStack', () => {
  let emulator: Emulator;
  let deployment: LocalDeployment;
  let onEncoderLine: (line: string) => void = () => {};

  beforeAll(async () => {
    // AUTH: actions that a role does not allow are refused, as on AWS.
    emulator = await startMiniStack({ environment: { AUTH: 'true' } });
    deployment = new LocalDeployment(emulator.endpoint);
    await deployment.bootstrap();
    // Messages of a killed function are received again after this time, not after minutes.
    await deployment.deploy({ visibilitySeconds: 5 });
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
