import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '#local/emulator-process.ts';
import { startMiniStack } from '#local/ministack.ts';
import type { AwsClients } from '#shared/cloud/aws/aws-clients.ts';
import { deleteBucket, ensureBucket } from '#shared/cloud/aws/bucket-resources.ts';
import { deleteQueue, ensureQueue, findQueue } from '#shared/cloud/aws/queue-resources.ts';
import { S3ObjectStore } from '#shared/cloud/aws/s3-object-store.ts';
import { hasMiniStack } from '#test/support/ministack.ts';
import { emulatorClients } from '#test/support/sqs-harness.ts';

describe.skipIf(!hasMiniStack)('what a run needs on a bare endpoint', () => {
  let emulator: Emulator;
  let clients: AwsClients;
  beforeAll(async () => {
    emulator = await startMiniStack();
    clients = emulatorClients(emulator.endpoint);
  });
  afterAll(async () => {
    clients?.destroy();
    await emulator?.stop();
  });

  it('is a queue with its dead-letter queue, created once and then kept to its settings', async () => {
    const settings = { name: 'device', visibilitySeconds: 60, maxReceiveCount: 5 };
    const created = await ensureQueue(clients, settings);
    expect(await ensureQueue(clients, { ...settings, visibilitySeconds: 90 })).toEqual(created);
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: created.queueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: '90', MaximumMessageSize: '1048576' });
    expect(JSON.parse(Attributes?.RedrivePolicy ?? '{}')).toMatchObject({ maxReceiveCount: 5 });

    await deleteQueue(clients, 'device');
    await deleteQueue(clients, 'device');
    expect(await findQueue(clients, 'device')).toBeUndefined();
    expect(await findQueue(clients, 'device-dead-letters')).toBeUndefined();
  });

  it('is a bucket, created once and deleted with its objects', async () => {
    await Promise.all([ensureBucket(clients, 'objects'), ensureBucket(clients, 'objects')]);
    const store = new S3ObjectStore(clients, 'objects');
    await store.put('a/b', Uint8Array.of(1));
    await ensureBucket(clients, 'objects');
    expect(await store.list('')).toEqual(['a/b']);
    await deleteBucket(clients, 'objects');
    await deleteBucket(clients, 'objects');
    await expect(store.get('a/b')).rejects.toThrow('the bucket does not exist');
  });
});
