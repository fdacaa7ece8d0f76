import type { DeadLetterTarget } from '#shared/cloud/memory/memory-queue.ts';
import { MemoryQueue } from '#shared/cloud/memory/memory-queue.ts';
import { systemClock } from '#shared/cloud/node/system-clock.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';
import { queueContract } from './queue.contract.ts';
import type { QueueHarness } from './queue-harness.ts';

function memoryHarness(makeClock: () => Clock): QueueHarness {
  const clock = makeClock();
  const create = (name: string, deadLetter?: DeadLetterTarget) =>
    new MemoryQueue({ name, clock, ...(deadLetter === undefined ? {} : { deadLetter }) });
  return {
    clock,
    earlyMs: 0,
    createQueue: async () => create('work'),
    createQueueWithDeadLetters: async (maxReceiveCount) => {
      const deadLetters = create('dead-letters');
      return { queue: create('work', { queue: deadLetters, maxReceiveCount }), deadLetters };
    },
    stop: async () => {},
  };
}

queueContract('in memory, virtual time', async () => memoryHarness(() => new SelfAdvancingClock(1_000_000)));
queueContract('in memory, real time', async () => memoryHarness(() => systemClock));
