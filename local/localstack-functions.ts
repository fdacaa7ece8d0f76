import { join } from 'node:path';
import { PROJECT_FOLDER } from './project-folders.ts';

/**
 * Environment with which LocalStack runs functions as Node processes, by the project's plugin, without
 * Docker.
 */
export const LOCALSTACK_FUNCTIONS: Readonly<Record<string, string>> = {
  PYTHONPATH: join(PROJECT_FOLDER, 'local', 'localstack-plugin'),
  PYTHONDONTWRITEBYTECODE: '1',
  LAMBDA_RUNTIME_EXECUTOR: 'node-process',
  AIRTUNE_NODE: process.execPath,
  // Functions are deployed for arm64; this machine may have another architecture.
  LAMBDA_IGNORE_ARCHITECTURE: '1',
  // LocalStack polls a queue again a second after a batch, and up to ten seconds after an empty receive. AWS
  // waits in a long poll.
  LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC: '0.05',
  LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC: '0.2',
};
