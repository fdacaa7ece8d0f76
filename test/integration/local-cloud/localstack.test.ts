import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '#local/emulator-process.ts';
import { LocalDeployment } from '#local/local-deployment.ts';
import { startLocalStack } from '#local/localstack.ts';
import { LOCALSTACK_FUNCTIONS } from '#local/localstack-functions.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { airtune } from '#test/support/airtune.ts';
import { readComposeFile } from '#test/support/compose-file.ts';
import { workerProcesses } from '#test/support/function-processes.ts';
import { hasLocalStack } from '#test/support/localstack.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyModelAndData } from '#test/support/tiny-run.ts';
import { trainedFiles } from '#test/support/trained-files.ts';

/** Time limit that includes the first installation, which is half a gigabyte. */
const SETUP_MS = 600_000;
const folder = sharedScratchFolder(tinyModelAndData());
const size = (devices: number, rounds: number): readonly string[] => [
  ...['--model', folder, '--data', folder, '--batch-size', '2', '--lora-rank', '2', '--engine', 'tfjs'],
  ...['--set', 'data.maxTokens=8', '--policy', 'all-in', '--seed', '11'],
  ...['--devices', String(devices), '--rounds', String(rounds)],
];

describe.skipIf(!hasLocalStack)('a deployment on LocalStack', () => {
  let emulator: Emulator;
  let deployment: LocalDeployment;

  beforeAll(async () => {
    // One emulator for two deployments, without and with Lambda functions. Its settings are those of Docker.
    const { environment } = readComposeFile().localstack;
    emulator = await startLocalStack({ environment: { ...environment, ...LOCALSTACK_FUNCTIONS } });
    deployment = new LocalDeployment(emulator.endpoint);
    await deployment.bootstrap();
  }, SETUP_MS);

  afterAll(async () => {
    await deployment?.stop();
    await emulator?.stop();
  });

  async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const { exitCode, stdout, stderr } = await airtune(args, { env: environment });
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    return stdout.trim();
  }

  it('loses nothing and does nothing twice when its workers are killed at random', async () => {
    await deployment.deploy({ name: 'workers', compute: 'worker' });
    const place = ['--deployment', 'workers'];
    const random = randomStream(4, 'fault');
    let kills = 0;
    let seen = 0;
    let changing = Promise.resolve();
    const replaceOne = async (): Promise<void> => {
      const workers = await workerProcesses();
      const victim = workers[random.integer(Math.max(workers.length, 1))];
      if (victim === undefined) return;
      process.kill(victim, 'SIGKILL');
      kills += 1;
      await start();
    };
    const start = (): Promise<unknown> =>
      deployment.startWorker(
        ['scheduler', 'device', 'encoder'],
        (line) => {
          // Kills follow the workers' progress, not the clock.
          if (line.includes('"backward"') && seen++ % 50 === 30) changing = changing.then(replaceOne);
        },
        place,
      );
    await start();
    await start();

    const [embedded, deployed] = [join(folder, 'whole'), join(folder, 'killed')];
    await run(['run', ...size(20, 10), '--out', embedded]);
    await run(
      ['run', ...size(20, 10), '--target', 'aws', ...place, '--out', deployed],
      deployment.environment,
    );
    await changing;
    expect(kills).toBeGreaterThanOrEqual(3);
    expect(trainedFiles(deployed)).toEqual(trainedFiles(embedded));
    expect(await run(['dead-letters', ...place], deployment.environment)).toBe('0 dead letters.');
  }, 400_000);

  it('runs functions behind event source mappings by the executor plugin', async () => {
    await deployment.deploy({ name: 'lambdas', compute: 'lambda' });
    const place = ['--deployment', 'lambdas'];
    await deployment.startWorker(['encoder'], () => {}, place);
    const [embedded, deployed] = [join(folder, 'embedded'), join(folder, 'deployed')];
    await run(['run', ...size(3, 2), '--out', embedded]);
    await run(['run', ...size(3, 2), '--target', 'aws', ...place, '--out', deployed], deployment.environment);
    expect(trainedFiles(deployed)).toEqual(trainedFiles(embedded));
  }, 300_000);
});
