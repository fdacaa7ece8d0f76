import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceError } from '#shared/errors.ts';
import { type Emulator, type EmulatorStartOptions, startEmulatorProcess } from './emulator-process.ts';
import { findPython, type Python } from './find-python.ts';
import { freePort } from './free-port.ts';
import { ensureVirtualEnvironment } from './virtual-environment.ts';

/** The oldest Python, 3.x, that MiniStack's packages install on. */
const MINIMUM_PYTHON_MINOR = 10;
const START_SECONDS = 60;

/** The Python that MiniStack would run on; undefined when this machine has none. */
export function ministackPython(): Promise<Python | undefined> {
  return findPython(MINIMUM_PYTHON_MINOR);
}

/**
 * Installs MiniStack where it is not yet and starts one with a folder of its own: SQS, S3, Lambda functions as local Node
 * processes, CloudFormation. Throws a ServiceError when there is no Python or it does not come up.
 */
export async function startMiniStack(options: EmulatorStartOptions = {}): Promise<Emulator> {
  const python = await ministackPython();
  if (python === undefined) {
    throw new ServiceError(`needs Python 3.${MINIMUM_PYTHON_MINOR} or newer with venv, and none was found.`, {
      subject: 'MiniStack',
      remedy: 'Install one, or name it in AIRTUNE_PYTHON.',
    });
  }
  const interpreter = await ensureVirtualEnvironment('ministack', python, options.log ?? (() => {}));
  const port = options.port ?? (await freePort());
  const runFolder = await mkdtemp(join(tmpdir(), 'airtune-ministack-'));
  return startEmulatorProcess({
    name: 'MiniStack',
    command: [interpreter, '-m', 'ministack'],
    environment: {
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      LAMBDA_EXECUTOR: 'local',
      TMPDIR: runFolder,
      S3_DATA_DIR: join(runFolder, 's3'),
      STATE_DIR: join(runFolder, 'state'),
      ...options.environment,
    },
    runFolder,
    endpoint: `http://127.0.0.1:${port}`,
    healthPath: '/_ministack/health',
    startSeconds: START_SECONDS,
  });
}
