import { ensureBucket } from '#shared/cloud/aws/bucket-resources.ts';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import type { ObjectStoreHarness } from '#test/contract/cloud/object-store.contract.ts';
import { emulatorClients } from './sqs-harness.ts';

/** A bucket of an S3 server, accessed by two clients. */
export async function s3Harness(
  endpoint: string,
  stopServer: () => Promise<void>,
): Promise<ObjectStoreHarness> {
  const [clients, others] = [emulatorClients(endpoint), emulatorClients(endpoint)];
  await ensureBucket(clients, 'contract');
  return {
    stores: [new S3ObjectStore(clients, 'contract'), new S3ObjectStore(others, 'contract')],
    stop: async () => {
      clients.destroy();
      others.destroy();
      await stopServer();
    },
  };
}
