import { join } from 'node:path';
import { PROJECT_FOLDER } from './project-folders.ts';

/** Makes LocalStack run functions as Node processes, by a plugin of the project's: without it they need Docker. */
export const LOCALSTACK_FUNCTIONS: Readonly<Record<string, string>> = {
  PYTHONPATH: join(PROJECT_FOLDER, 'local', 'localstack-plugin'),
  PYTHONDONTWRITEBYTECODE: '1',
  LAMBDA_RUNTIME_EXECUTOR: 'node-process',
  AIRTUNE_NODE: process.execPath,
  // Functions are deployed for arm64, which a process of this machine may not be.
  LAMBDA_IGNORE_ARCHITECTURE: '1',
};
