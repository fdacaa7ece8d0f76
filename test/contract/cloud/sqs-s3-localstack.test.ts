import { describe } from 'vitest';
import { startLocalStack } from '../../../local/localstack.ts';
import { ensureBucket } from '../../../shared/cloud/aws/bucket-resources.ts';
import { S3ObjectStore } from '../../../shared/cloud/aws/s3-object-store.ts';
import { emulatorClients, sqsHarness } from '../../support/sqs-harness.ts';
import { objectStoreContract } from './object-store.contract.ts';
import { queueContract } from './queue.contract.ts';

// Its installation is half a gigabyte: not something to start by itself in the middle of the tests.
const wanted = process.env.AIRTUNE_TEST_LOCALSTACK === '1';
if (!wanted) {
  console.warn(
    'SKIPPED the queue and object store contracts on LocalStack: set AIRTUNE_TEST_LOCALSTACK=1 to run.',
  );
}

describe.skipIf(!wanted)('on LocalStack', () => {
  queueContract('SQS, on LocalStack', async () => {
    const server = await startLocalStack();
    return sqsHarness(server.endpoint, server.stop);
  });

  objectStoreContract('S3, on LocalStack', async () => {
    const server = await startLocalStack();
    const [clients, others] = [emulatorClients(server.endpoint), emulatorClients(server.endpoint)];
    await ensureBucket(clients, 'contract');
    return {
      stores: [new S3ObjectStore(clients, 'contract'), new S3ObjectStore(others, 'contract')],
      stop: async () => {
        clients.destroy();
        others.destroy();
        await server.stop();
      },
    };
  });
});
