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
};
