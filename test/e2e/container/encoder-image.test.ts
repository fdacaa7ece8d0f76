import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployedPlugins, encoderPlugins } from '#cdk/deployed-plugins.ts';
import type { Emulator } from '#local/emulator-process.ts';
import { LocalDeployment } from '#local/local-deployment.ts';
import { startMiniStack } from '#local/ministack.ts';
import { findDeployment } from '#run/deployment/find-deployment.ts';
import { deadLettersUrlVariable, queueUrlVariable } from '#shared/protocol/function-environment.ts';
import { QUEUE_NAMES } from '#shared/protocol/functions.ts';
import { airtune, trainedFiles } from '#test/support/airtune-command.ts';
import { DockerDaemon } from '#test/support/container/docker-daemon.ts';
import {
  buildEncoderImage,
  containersMissing,
  importNodeBaseImage,
} from '#test/support/container/node-base-image.ts';
import { fullRunOnly, requirement } from '#test/support/requirement.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';

const IMAGE = 'airtune-encoder:test';
const BASE_IMAGE = 'airtune-node-base:test';
/** The image is built with this optimiser; runs without a plug-in use the same image. */
const OPTIMIZER = join(import.meta.dirname, '../../../examples/optimizers/server-momentum.ts');
/** Restrictions of the task definition: writes only to the work folder, no capabilities. */
const RESTRICTIONS = ['--network', 'host', '--read-only', '--cap-drop', 'ALL', '--volume', '/var/airtune'];

const present =
  fullRunOnly("the encoder's image") && requirement("the encoder's image", await containersMissing());
const folder = sharedScratchFolder();

describe.skipIf(!present)("the encoder's image", () => {
  let docker: DockerDaemon;
  let emulator: Emulator;
  let deployment: LocalDeployment;

  beforeAll(async () => {
    docker = await DockerDaemon.start();
    // No registry is asked: the base image is made from this machine's packages and Node.
    await importNodeBaseImage(docker, BASE_IMAGE);
    const plugins = encoderPlugins(await deployedPlugins({ optimizer: OPTIMIZER }));
    if (plugins === undefined) throw new Error('the optimiser was not built');
    await buildEncoderImage(docker, { name: IMAGE, base: BASE_IMAGE, plugins });
    emulator = await startMiniStack();
    deployment = new LocalDeployment(emulator.endpoint);
    await deployment.bootstrap();
    await deployment.deploy({ compute: 'lambda', visibilitySeconds: 5 });
  }, 1_800_000);

  afterAll(async () => {
    await deployment?.stop();
    await emulator?.stop();
    await docker?.stop();
  }, 120_000);

  /** Environment variables of the container, from the deployment's outputs. */
  async function environment(): Promise<readonly string[]> {
    const { bucket, queueUrls, deadLetterUrls } = await inDeployment(() =>
      findDeployment({ deployment: 'airtune', region: 'us-east-1', endpoint: emulator.endpoint }),
    );
    const variables: Record<string, string> = { ...deployment.environment, AIRTUNE_BUCKET: bucket };
    for (const name of QUEUE_NAMES) {
      variables[queueUrlVariable(name)] = queueUrls[name];
      variables[deadLettersUrlVariable(name)] = deadLetterUrls[name];
    }
    variables.AIRTUNE_HEARTBEAT_FILE = '/var/airtune/heartbeat';
    return Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  }

  /** Uses the emulator's credentials in this process during the look-up of the deployment. */
  async function inDeployment<T>(task: () => Promise<T>): Promise<T> {
    for (const [name, value] of Object.entries(deployment.environment)) vi.stubEnv(name, value);
    try {
      return await task();
    } finally {
      vi.unstubAllEnvs();
    }
  }

  it('ends with one line that names the variable when its environment is missing', async () => {
    const { status, stdout, stderr } = await docker.run('run', '--rm', ...RESTRICTIONS, IMAGE);
    expect({ status, lines: `${stdout}${stderr}`.trim().split('\n') }).toEqual({
      status: 2,
      lines: [expect.stringContaining('environment variable AIRTUNE_BUCKET')],
    });
  });

  const start = async (name: string): Promise<void> => {
    const options = ['--detach', '--name', name, ...RESTRICTIONS, ...(await environment())];
    await docker.output('run', ...options, IMAGE);
  };

  it('serves a run, restricted as in its task definition; a stop in mid-round ends it with 0 and loses nothing', async () => {
    const size = ['--devices', '5', '--rounds', '6'];
    const [embedded, deployed] = [join(folder, 'embedded'), join(folder, 'deployed')];
    expect((await airtune(['run', ...size, '--out', embedded])).exitCode).toBe(0);

    await start('first');
    let replaced: Promise<void> | undefined;
    const run = airtune(['run', ...size, '--target', 'aws', '--out', deployed], {
      env: deployment.environment,
      onErrorOutput: (stderr) => {
        if (replaced !== undefined || !/round 2\/6/.test(stderr)) return;
        replaced = (async () => {
          await docker.output('stop', '--time', '60', 'first');
          await start('second');
        })();
      },
    });
    const { exitCode, stderr } = await run;
    await replaced;
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(await docker.output('inspect', '--format', '{{.State.ExitCode}} {{.Config.User}}', 'first')).toBe(
      '0 1000:1000',
    );
    const health = await docker.run('exec', 'second', 'node', 'functions/encoder/health.ts');
    expect(health.status).toBe(0);
    await docker.output('stop', '--time', '60', 'second');
    expect(await docker.output('inspect', '--format', '{{.State.ExitCode}}', 'second')).toBe('0');
    expect(trainedFiles(deployed)).toEqual(trainedFiles(embedded));
  }, 900_000);

  it('takes the steps of a run by the optimiser that it was built with', async () => {
    const size = ['--devices', '3', '--rounds', '3', '--set', `server.optimizer=${OPTIMIZER}`];
    const [embedded, deployed] = [join(folder, 'own-embedded'), join(folder, 'own-deployed')];
    expect((await airtune(['run', ...size, '--out', embedded])).exitCode).toBe(0);

    await start('own');
    const { exitCode, stderr } = await airtune(['run', ...size, '--target', 'aws', '--out', deployed], {
      env: deployment.environment,
    });
    await docker.output('stop', '--time', '60', 'own');
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(trainedFiles(deployed)).toEqual(trainedFiles(embedded));
    const { plugins } = JSON.parse(readFileSync(join(deployed, 'result.json'), 'utf8'));
    expect(plugins.optimizer.name).toBe('server-momentum');
  }, 300_000);
});
