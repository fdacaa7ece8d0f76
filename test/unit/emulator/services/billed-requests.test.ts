import { describe, expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { queueParameters } from '#emulator/parameters/queue-parameters.ts';
import { billedRequests, billedSends } from '#emulator/services/queue/billed-requests.ts';
import { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { MessageSlots } from '#emulator/services/queue/message-slots.ts';
import { randomStream } from '#shared/random/random-stream.ts';

const KB = 1024;

describe('requests that SQS bills', () => {
  it.each([
    [0, 1],
    [64 * KB, 1],
    [64 * KB + 1, 2],
    [256 * KB, 4],
  ])('an action with %i bytes is %i', (bytes, requests) => {
    expect(billedRequests(bytes)).toBe(requests);
  });

  it.each([
    // One action of ten messages and one of two.
    [12, 1 * KB, 2],
    // 320 KB are five chunks, 64 KB one.
    [12, 32 * KB, 6],
    [1, 100 * KB, 2],
    [0, 100 * KB, 0],
  ])('%i messages of %i bytes are sent by %i', (messages, bytes, requests) => {
    expect(billedSends(messages, bytes)).toBe(requests);
  });

  it.each([
    [1 * KB, 2],
    [32 * KB, 6],
  ])('twelve messages of %i bytes are received by %i', (bytes, requests) => {
    const simulation = new Simulation();
    const queue = new CloudQueue<number>({
      simulation,
      parameters: queueParameters.parse({}),
      messages: new MessageSlots(-1),
      bytesOf: () => bytes,
      random: randomStream(1, 'emulator'),
    });
    for (let message = 0; message < 12; message++) queue.send(message, 0, 0);
    const received: number[] = [];
    simulation.at(1, () => queue.receive(20, received));
    simulation.run();
    expect(received).toHaveLength(12);
    expect(queue.counts.receiveRequests).toBe(requests);
  });
});
