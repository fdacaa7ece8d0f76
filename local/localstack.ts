import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceError } from '#shared/errors.ts';
import { type Emulator, type EmulatorStartOptions, startEmulatorProcess } from './emulator-process.ts';
import { findPython, type Python } from './find-python.ts';
import { freePort } from './free-port.ts';
import { ensureVirtualEnvironment } from './virtual-environment.ts';

/** On an older one every call answers 500. */
const MINIMUM_PYTHON_MINOR = 12;
const START_SECONDS = 120;

/** The Python that LocalStack would run on; undefined when this machine has none. */
export function localStackPython(): Promise<Python | undefined> {
  return findPython(MINIMUM_PYTHON_MINOR);
}

/**
 * Installs LocalStack where it is not yet (half a gigabyte, minutes) and starts one without Docker, with a folder of its
 * own: SQS, S3, CloudFormation. It runs no functions by itself. Throws a ServiceError when there is no Python for it or it
 * does not come up.
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
      // Otherwise queue URLs name hosts that do not resolve.
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
