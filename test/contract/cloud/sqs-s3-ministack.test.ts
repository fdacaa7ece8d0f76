import { describe } from 'vitest';
import { startMiniStack } from '#local/ministack.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { s3Harness } from '#test/support/s3-harness.ts';
import { sqsHarness } from '#test/support/sqs-harness.ts';
import { objectStoreContract } from './object-store.contract.ts';
import { queueContract } from './queue.contract.ts';

describe.skipIf(!hasMiniStack)('on MiniStack', () => {
  queueContract('SQS, on MiniStack', async () => {
    const server = await startMiniStack();
    return sqsHarness(server.endpoint, server.stop);
  });

  objectStoreContract('S3, on MiniStack', async () => {
    const server = await startMiniStack();
    return s3Harness(server.endpoint, server.stop);
  });
});
