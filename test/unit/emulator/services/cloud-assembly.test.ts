import { describe, expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { CloudAssembly } from '#emulator/services/assembly/cloud-assembly.ts';

type Served = 'scheduler' | 'device';

/**
 * The most invocations of each function at once, when both have more messages than places and one takes a
 * second.
 */
function mostAtOnce(reserved: Partial<Record<Served, number>>, messages = 40) {
  const simulation = new Simulation();
  const running = { scheduler: 0, device: 0 };
  const most = { scheduler: 0, device: 0, together: 0 };
  const served = { scheduler: 0, device: 0 };
  const ofFunction = (name: Served) => ({
    poller: { batchSize: 1, initialPollers: 100 },
    ...(reserved[name] === undefined ? {} : { reservedConcurrency: reserved[name] }),
  });
  const cloud = new CloudAssembly<number>({
    simulation,
    parameters: cloudParameters.parse({
      platform: { accountConcurrency: 10 },
      scheduler: ofFunction('scheduler'),
      device: ofFunction('device'),
    }),
    seed: 1,
    blank: -1,
    bytesOf: () => 1_000,
    tokensOf: () => 1,
    begin: (delivery) => {
      const name = delivery.queue as Served;
      running[name]++;
      most[name] = Math.max(most[name], running[name]);
      most.together = Math.max(most.together, running.scheduler + running.device);
      const endMs = simulation.nowMs + 1000;
      // Before the end itself, at which the next message is claimed immediately.
      simulation.at(endMs, () => running[name]--);
      served[name] += delivery.receipts.length;
      delivery.end(endMs);
    },
  });
  for (let message = 0; message < messages; message++) {
    cloud.queues.scheduler.send(message, 0, 0);
    cloud.queues.device.send(message, 0, 0);
  }
  simulation.run();
  expect(served).toEqual({ scheduler: messages, device: messages });
  return { ...most, peak: cloud.peakConcurrency };
}

describe('the concurrency of an account', () => {
  it('is shared by functions that reserve none', () => {
    const { scheduler, device, together, peak } = mostAtOnce({});
    expect(together).toBe(10);
    expect(peak).toBe(10);
    expect(scheduler).toBeGreaterThan(1);
    expect(device).toBeGreaterThan(1);
  });

  it('is reduced by the reserved concurrency of a function, which the function never exceeds', () => {
    expect(mostAtOnce({ device: 3 })).toEqual({ scheduler: 7, device: 3, together: 10, peak: 10 });
  });

  it('is left to the last function when all others reserve some', () => {
    expect(mostAtOnce({ device: 4, scheduler: 2 })).toEqual({
      scheduler: 2,
      device: 4,
      together: 6,
      peak: 6,
    });
  });
});
