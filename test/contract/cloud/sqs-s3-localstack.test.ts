import { describe } from 'vitest';
import { startLocalStack } from '#local/localstack.ts';
import { s3Harness } from '#test/support/s3-harness.ts';
import { sqsHarness } from '#test/support/sqs-harness.ts';
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
    return s3Harness(server.endpoint, server.stop);
  });
});
