import { startFauxqs } from 'fauxqs';
import { sqsHarness } from '#test/support/sqs-harness.ts';
import { queueContract } from './queue.contract.ts';

queueContract('SQS, on fauxqs', async () => {
  const server = await startFauxqs({ port: 0, logger: false });
  return sqsHarness(`http://127.0.0.1:${server.port}`, () => server.stop());
});
