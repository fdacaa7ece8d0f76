import { describe } from 'vitest';
import { startLocalStack } from '#local/localstack.ts';
import { hasLocalStack } from '#test/support/localstack.ts';
import { s3Harness } from '#test/support/s3-harness.ts';
import { sqsHarness } from '#test/support/sqs-harness.ts';
import { objectStoreContract } from './object-store.contract.ts';
import { queueContract } from './queue.contract.ts';

describe.skipIf(!hasLocalStack)('on LocalStack', () => {
  queueContract('SQS, on LocalStack', async () => {
    const server = await startLocalStack();
    return sqsHarness(server.endpoint, server.stop);
  });

  objectStoreContract('S3, on LocalStack', async () => {
    const server = await startLocalStack();
    return s3Harness(server.endpoint, server.stop);
  });
});
