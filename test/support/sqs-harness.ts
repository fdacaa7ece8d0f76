import { randomUUID } from 'node:crypto';
import { type AwsClients, createAwsClients } from '#shared/cloud/aws/aws-clients.ts';
import { ensureQueue } from '#shared/cloud/aws/queue-resources.ts';
import { SqsQueue } from '#shared/cloud/aws/sqs-queue.ts';
import type { QueueHarness } from '#test/contract/cloud/queue-harness.ts';

/** Sets dummy credentials, which emulators accept, so that tests do not use a developer's own. */
export function useEmulatorCredentials(): void {
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  process.env.AWS_EC2_METADATA_DISABLED = 'true';
  delete process.env.AWS_PROFILE;
}

/** Clients for an emulator at this endpoint. */
export function emulatorClients(endpoint: string): AwsClients {
  useEmulatorCredentials();
  return createAwsClients({ endpoint, region: 'us-east-1' });
}

/** Queues of an SQS server, a new one for every test. */
export function sqsHarness(endpoint: string, stopServer: () => Promise<void>): QueueHarness {
  const clients = emulatorClients(endpoint);
  const createQueueWithDeadLetters = async (maxReceiveCount: number) => {
    const name = `contract-${randomUUID()}`;
    const urls = await ensureQueue(clients, { name, visibilitySeconds: 30, maxReceiveCount });
    return {
      queue: new SqsQueue(clients, urls.queueUrl),
      deadLetters: new SqsQueue(clients, urls.deadLettersUrl),
    };
  };
  return {
    clock: clients.backoff.clock,
    earlyMs: 1000,
    createQueueWithDeadLetters,
    createQueue: async () => (await createQueueWithDeadLetters(1000)).queue,
    stop: async () => {
      clients.destroy();
      await stopServer();
    },
  };
}
