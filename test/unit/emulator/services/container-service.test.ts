import { describe, expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { containerParameters } from '#emulator/parameters/container-parameters.ts';
import { queueParameters } from '#emulator/parameters/queue-parameters.ts';
import { type ContainerBatch, ContainerService } from '#emulator/services/container/container-service.ts';
import { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { randomStream } from '#shared/random/random-stream.ts';

function serviceWith(settings: object, durationMs: number, tokens = 1) {
  const simulation = new Simulation();
  const queue = new CloudQueue({
    simulation,
    parameters: queueParameters.parse({}),
    blank: -1,
    random: randomStream(1, 'emulator'),
  });
  const batches: { at: number; size: number; tokens: number }[] = [];
  const service = new ContainerService({
    simulation,
    queue,
    parameters: containerParameters.parse({ startSpread: 0, ...settings }),
    receiveLatencyMs: 0,
    random: randomStream(2, 'emulator'),
    tokensOf: () => tokens,
    work: (batch: ContainerBatch) => {
      batches.push({ at: simulation.nowMs, size: batch.receipts.length, tokens: batch.tokens });
      batch.end(simulation.nowMs + durationMs);
    },
  });
  return { simulation, queue, service, batches };
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
