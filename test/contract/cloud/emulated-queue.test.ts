import { EmulatedQueue } from '#test/support/emulated-queue.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';
import { queueContract } from './queue.contract.ts';

queueContract("the emulator's queue", async () => {
  const clock = new SelfAdvancingClock(1_000_000);
  return {
    clock,
    earlyMs: 0,
    createQueue: async () => new EmulatedQueue({ name: 'work', clock }),
    createQueueWithDeadLetters: async (maxReceiveCount) => {
      const deadLetters = new EmulatedQueue({ name: 'dead-letters', clock });
      return {
        queue: new EmulatedQueue({ name: 'work', clock, deadLetters, maxReceiveCount }),
        deadLetters,
      };
    },
    stop: async () => {},
  };
});
