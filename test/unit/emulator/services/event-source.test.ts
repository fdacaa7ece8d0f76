import { describe, expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { pollerParameters } from '#emulator/parameters/poller-parameters.ts';
import { queueParameters } from '#emulator/parameters/queue-parameters.ts';
import { type Batch, EventSource } from '#emulator/services/pollers/event-source.ts';
import { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { MessageSlots } from '#emulator/services/queue/message-slots.ts';
import { randomStream } from '#shared/random/random-stream.ts';

function sourceWith(settings: object, durationMs: number, queueSettings: object = {}) {
  const simulation = new Simulation();
  const queue = new CloudQueue({
    simulation,
    parameters: queueParameters.parse(queueSettings),
    messages: new MessageSlots(-1),
    random: randomStream(1, 'emulator'),
  });
  const batches: { at: number; size: number }[] = [];
  const source = new EventSource({
    simulation,
    queue,
    parameters: pollerParameters.parse(settings),
    receiveLatencyMs: 0,
    invoke: (batch: Batch) => {
      batches.push({ at: simulation.nowMs, size: batch.receipts.length });
      simulation.after(durationMs, () => batch.settle());
    },
  });
  return { simulation, queue, source, batches };
}

describe('EventSource', () => {
  it('processes five batches at once and then 300 more a minute while messages wait', () => {
    const { simulation, queue, source } = sourceWith({ batchSize: 1 }, 1e9, { visibilitySeconds: 43_200 });
    for (let index = 0; index < 3000; index++) queue.send(index, 0, 0);
    const busyAt = [0, 1000, 60_000, 120_000, 240_000, 400_000].map((time) => {
      simulation.run(time);
      return source.busy;
    });
    expect(busyAt).toEqual([5, 10, 305, 605, 1205, 1250]);
  });

  it('falls back to five after a quiet time', () => {
    const { simulation, queue, source, batches } = sourceWith({ batchSize: 1 }, 1000);
    for (let index = 0; index < 200; index++) queue.send(index, 0, 0);
    simulation.run(200_000);
    expect(source.limit).toBeGreaterThan(5);
    batches.length = 0;
    for (let index = 0; index < 20; index++) queue.send(index, 200_000, 0);
    simulation.run(200_000);
    expect(batches.length).toBe(5);
  });

  it('fills batches up to their size without a window', () => {
    const { simulation, queue, batches } = sourceWith({ batchSize: 10 }, 10);
    for (let index = 0; index < 23; index++) queue.send(index, 0, 0);
    simulation.run();
    expect(batches.map(({ size }) => size).reduce((sum, size) => sum + size, 0)).toBe(23);
    expect(Math.max(...batches.map(({ size }) => size))).toBeLessThanOrEqual(10);
    expect(queue.counts.deleted).toBe(23);
  });

  it('gathers for the batching window, or until the batch is full', () => {
    const { simulation, queue, batches } = sourceWith({ batchSize: 4, batchWindowMs: 100 }, 10);
    for (const time of [0, 30, 60, 500, 510, 520, 530]) queue.send(time, time, time);
    simulation.run();
    expect(batches).toEqual([
      { at: 100, size: 3 },
      { at: 530, size: 4 },
    ]);
  });

  it('leaves failed messages to their visibility timeout and deletes the others', () => {
    const { simulation, queue } = sourceWith({}, 10);
    const failing = new CloudQueue({
      simulation,
      parameters: queueParameters.parse({ visibilitySeconds: 5 }),
      messages: new MessageSlots(-1),
      random: randomStream(1, 'emulator'),
    });
    const attempts: number[] = [];
    new EventSource({
      simulation,
      queue: failing,
      parameters: pollerParameters.parse({}),
      receiveLatencyMs: 0,
      invoke: (batch) => {
        attempts.push(simulation.nowMs);
        batch.settle(attempts.length < 3 ? batch.receipts : []);
      },
    });
    failing.send(7, 0, 0);
    simulation.run();
    expect(attempts).toEqual([0, 5000, 10_000]);
    expect(failing.occupancy.inside).toBe(0);
    expect(queue.counts.sent).toBe(0);
  });

  it('counts the time of idle long polls', () => {
    const { simulation, source } = sourceWith({ initialPollers: 3 }, 10);
    simulation.run(60_000);
    expect(source.idlePollMs()).toBe(3 * 60_000);
  });
});
