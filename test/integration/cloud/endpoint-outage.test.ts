import { startFauxqs } from 'fauxqs';
import { describe, expect, it, vi } from 'vitest';
import { consumeQueue } from '#functions/runtime/consumer/consume-queue.ts';
import { ensureQueue } from '#shared/cloud/aws/queue-resources.ts';
import { SqsQueue } from '#shared/cloud/aws/sqs-queue.ts';
import { startCuttableProxy } from '#test/support/cuttable-proxy.ts';
import { emulatorClients } from '#test/support/sqs-harness.ts';

describe('a queue consumer on the wire', () => {
  it('continues after an outage of its endpoint, with the messages that were sent in the meantime', async () => {
    const server = await startFauxqs({ port: 0, logger: false });
    const proxy = await startCuttableProxy(server.port);
    const clients = emulatorClients(proxy.endpoint);
    const settings = { name: 'work', visibilitySeconds: 30, maxReceiveCount: 10 };
    const queue = new SqsQueue(clients, (await ensureQueue(clients, settings)).queueUrl);

    const stop = new AbortController();
    const handled: string[] = [];
    const handledBefore = Promise.withResolvers<void>();
    const unreachable = Promise.withResolvers<void>();
    const consuming = consumeQueue({
      queue,
      clock: clients.backoff.clock,
      telemetry: { event: (name) => name === 'consumer.queue-unreachable' && unreachable.resolve() },
      uniform: clients.backoff.uniform,
      maxMessages: 10,
      // The server may deliver a message to the long poll whose connection was cut. It is received again
      // after this time.
      visibilitySeconds: 1,
      waitSeconds: 20,
      signal: stop.signal,
      handleBatch: async (messages) => {
        for (const { body } of messages) handled.push(body);
        handledBefore.resolve();
        if (handled.includes('meanwhile')) stop.abort();
        return [];
      },
    });

    server.sendMessage('work', 'before');
    await handledBefore.promise;
    await vi.waitFor(() => expect(server.inspectQueue('work')?.messages.inflight).toEqual([]));
    await proxy.cut();
    await unreachable.promise;
    server.sendMessage('work', 'meanwhile');
    await proxy.mend();
    await consuming;
    expect(handled).toEqual(['before', 'meanwhile']);

    clients.destroy();
    await proxy.cut();
    await server.stop();
  });
});
