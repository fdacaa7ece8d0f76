import { describe } from 'vitest';
import { startMiniStack } from '../../../local/ministack.ts';
import { ensureBucket } from '../../../shared/cloud/aws/bucket-resources.ts';
import { S3ObjectStore } from '../../../shared/cloud/aws/s3-object-store.ts';
import { hasMiniStack, noticeSkipped } from '../../support/ministack.ts';
import { emulatorClients, sqsHarness } from '../../support/sqs-harness.ts';
import { objectStoreContract } from './object-store.contract.ts';
import { queueContract } from './queue.contract.ts';

noticeSkipped('the queue and object store contracts on MiniStack');

describe.skipIf(!hasMiniStack)('on MiniStack', () => {
  queueContract('SQS, on MiniStack', async () => {
    const server = await startMiniStack();
    return sqsHarness(server.endpoint, server.stop);
  });

  objectStoreContract('S3, on MiniStack', async () => {
    const server = await startMiniStack();
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
