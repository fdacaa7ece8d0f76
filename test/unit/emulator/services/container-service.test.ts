import { describe, expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { containerParameters } from '#emulator/parameters/container-parameters.ts';
import { queueParameters } from '#emulator/parameters/queue-parameters.ts';
import { type ContainerBatch, ContainerService } from '#emulator/services/container/container-service.ts';
import { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { MessageSlots } from '#emulator/services/queue/message-slots.ts';
import { randomStream } from '#shared/random/random-stream.ts';

function serviceWith(settings: object, durationMs: number, tokens = 1) {
  const simulation = new Simulation();
  const newQueue = () =>
    new CloudQueue({
      simulation,
      parameters: queueParameters.parse({}),
      messages: new MessageSlots(-1),
      random: randomStream(1, 'emulator'),
    });
  const [queue, controlQueue] = [newQueue(), newQueue()];
  const control: { at: number; size: number }[] = [];
  const batches: { at: number; size: number; tokens: number }[] = [];
  const service = new ContainerService({
    simulation,
    queue,
    controlQueue,
    parameters: containerParameters.parse({ startSpread: 0, ...settings }),
    receiveLatencyMs: 0,
    random: randomStream(2, 'emulator'),
    tokensOf: () => tokens,
    work: (batch: ContainerBatch) => {
      const [at, size] = [simulation.nowMs, batch.receipts.length];
      if (batch.isControl) control.push({ at, size });
      else batches.push({ at, size, tokens: batch.tokens });
      batch.end(simulation.nowMs + durationMs);
    },
  });
  return { simulation, queue, controlQueue, service, batches, control };
}

describe('ContainerService', () => {
  it('starts from zero when a message comes and stops when idle', () => {
    const { simulation, queue, service, batches } = serviceWith(
      { minimumReplicas: 0, startSeconds: 60, idleSeconds: 300, batchWindowMs: 0 },
      1000,
    );
    queue.send(1, 0, 5000);
    simulation.run(64_999);
    expect(batches).toEqual([]);
    expect(service.replicas).toBe(1);
    simulation.run();
    expect(batches).toEqual([{ at: 65_000, size: 1, tokens: 1 }]);
    expect(service.replicas).toBe(0);
    expect(service.aliveMs()).toBe(60_000 + 1000 + 300_000);
  });

  it('gathers until its tokens are reached, or the window closes', () => {
    const { simulation, queue, batches } = serviceWith({ batchTokens: 300, batchWindowMs: 20 }, 50, 100);
    for (const time of [0, 1, 2, 100, 110]) queue.send(1, time, time);
    simulation.run();
    expect(batches).toEqual([
      { at: 2, size: 3, tokens: 300 },
      { at: 120, size: 2, tokens: 200 },
    ]);
  });

  it('takes control messages first, by themselves and at once, and deletes them from their own queue', () => {
    const settings = { batchTokens: 300, batchWindowMs: 20 };
    const { simulation, queue, controlQueue, batches, control } = serviceWith(settings, 50, 100);
    for (const time of [0, 10, 30]) queue.send(1, time, time);
    for (const time of [5, 30, 31]) controlQueue.send(2, time, time);
    simulation.run();
    // The work queue's batch is gathered to the end of its window, whatever comes to the control queue.
    expect(batches).toEqual([
      { at: 20, size: 2, tokens: 200 },
      { at: 140, size: 1, tokens: 100 },
    ]);
    expect(control).toEqual([{ at: 70, size: 3 }]);
    expect(controlQueue.counts).toMatchObject({ sent: 3, received: 3, deleted: 3 });
    expect(queue.counts).toMatchObject({ sent: 3, received: 3, deleted: 3 });
  });

  it('starts from zero for a control message', () => {
    const settings = { minimumReplicas: 0, startSeconds: 60, idleSeconds: 300 };
    const { simulation, controlQueue, control } = serviceWith(settings, 1000);
    controlQueue.send(1, 0, 5000);
    simulation.run();
    expect(control).toEqual([{ at: 65_000, size: 1 }]);
  });

  it('adds replicas while many messages wait for each, up to the maximum', () => {
    const { simulation, queue, service, batches } = serviceWith(
      {
        minimumReplicas: 1,
        maximumReplicas: 3,
        messagesPerReplica: 10,
        startSeconds: 1,
        batchMessages: 1,
        batchWindowMs: 0,
        idleSeconds: 5,
      },
      100,
    );
    for (let index = 0; index < 200; index++) queue.send(index, 0, 0);
    simulation.run(2000);
    expect(service.replicas).toBe(3);
    simulation.run();
    expect(batches.length).toBe(200);
    expect(service.replicas).toBe(1);
    expect(service.counts).toMatchObject({ messages: 200, started: 3, busyMs: 20_000 });
  });
});
