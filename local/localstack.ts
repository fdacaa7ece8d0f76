import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceError } from '#shared/errors.ts';
import { type Emulator, type EmulatorStartOptions, startEmulatorProcess } from './emulator-process.ts';
import { findPython, type Python } from './find-python.ts';
import { freePort } from './free-port.ts';
import { ensureVirtualEnvironment } from './virtual-environment.ts';

/** Oldest usable Python, 3.x. With older ones LocalStack answers every call with 500. */
const MINIMUM_PYTHON_MINOR = 12;
const START_SECONDS = 120;

/** A Python that LocalStack runs on; undefined if this machine has none. */
export function localStackPython(): Promise<Python | undefined> {
  return findPython(MINIMUM_PYTHON_MINOR);
}

/**
 * Installs LocalStack if needed (half a gigabyte, minutes) and starts it without Docker, with its own folder.
 * It provides SQS, S3 and CloudFormation, but runs no functions by default.
 *
 * @throws ServiceError if there is no suitable Python or LocalStack does not start.
 */
export async function startLocalStack(options: EmulatorStartOptions = {}): Promise<Emulator> {
  const python = await localStackPython();
  if (python === undefined) {
    throw new ServiceError(`needs Python 3.${MINIMUM_PYTHON_MINOR} or newer with venv, and none was found.`, {
      subject: 'LocalStack',
      remedy: 'Install one, or name it in AIRTUNE_PYTHON.',
    });
  }
  const interpreter = await ensureVirtualEnvironment('localstack', python, options.log ?? (() => {}));
  const port = options.port ?? (await freePort());
  const address = `127.0.0.1:${port}`;
  const runFolder = await mkdtemp(join(tmpdir(), 'airtune-localstack-'));
  return startEmulatorProcess({
    name: 'LocalStack',
    command: [interpreter, '-m', 'localstack.runtime.main'],
    environment: {
      OVERRIDE_IN_DOCKER: '0',
      FILESYSTEM_ROOT: join(runFolder, 'root'),
      DISABLE_EVENTS: '1',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      DNS_ADDRESS: '0',
      // Without this setting queue URLs contain host names that do not resolve.
      SQS_ENDPOINT_STRATEGY: 'path',
      GATEWAY_LISTEN: address,
      LOCALSTACK_HOST: address,
      ...options.environment,
    },
    runFolder,
    endpoint: `http://${address}`,
    healthPath: '/_localstack/health',
    startSeconds: START_SECONDS,
  });
}
