import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceError } from '#shared/errors.ts';
import { type Emulator, type EmulatorStartOptions, startEmulatorProcess } from './emulator-process.ts';
import { findPython, type Python } from './find-python.ts';
import { freePort } from './free-port.ts';
import { ensureVirtualEnvironment } from './virtual-environment.ts';

/** Oldest Python, 3.x, on which MiniStack's packages can be installed. */
const MINIMUM_PYTHON_MINOR = 10;
const START_SECONDS = 60;

/** A Python that MiniStack runs on; undefined if this machine has none. */
export function ministackPython(): Promise<Python | undefined> {
  return findPython(MINIMUM_PYTHON_MINOR);
}

/**
 * Installs MiniStack if needed and starts it with its own folder. It provides SQS, S3, CloudFormation, and
 * Lambda functions as local Node processes.
 *
 * @throws ServiceError if there is no suitable Python or MiniStack does not start.
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
