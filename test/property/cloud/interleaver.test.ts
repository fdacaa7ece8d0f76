import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';
import { EmulatedQueue } from '#test/support/emulated-queue.ts';
import { FaultPlan } from '#test/support/faults/fault-plan.ts';
import { FaultyProcess } from '#test/support/faults/faulty-process.ts';
import { faultyQueue } from '#test/support/faults/faulty-queue.ts';
import { Interleaver } from '#test/support/faults/interleaver.ts';
import { inputCount } from '#test/support/input-count.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

const patient = { maxMessages: 3, waitSeconds: 20, visibilitySeconds: 60 } as const;

/** Increments a counter without a lock, so that the result depends on the order of the calls. */
async function increment(store: ObjectStore, computation: () => Promise<unknown>): Promise<void> {
  const value = (await store.get('counter'))?.[0] ?? 0;
  await computation();
  await store.put('counter', Uint8Array.of(value + 1));
}

async function runTasks(seed: number, tasks: number): Promise<{ trace: readonly string[]; counter: number }> {
  const interleaver = new Interleaver(seed);
  const inner = new MemoryObjectStore();
  const store = interleaver.objects(inner);
  await Promise.all(
    Array.from({ length: tasks }, (_, index) =>
      // Each computes over a number of event loop turns that differs between tasks and runs.
      interleaver.run(`task ${index}`, () =>
        increment(store, async () => {
          for (let left = Math.random() * 5; left > 0; left--) await turn();
        }),
      ),
    ),
  );
  return { trace: interleaver.trace, counter: (await inner.get('counter'))?.[0] ?? 0 };
}

describe('tasks whose port calls are interleaved by a seed', () => {
  it('run in the same order with the same seed, however long they compute in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 6 }), async (seed, tasks) => {
        expect(await runTasks(seed, tasks)).toEqual(await runTasks(seed, tasks));
      }),
      { numRuns: inputCount(40) },
    );
  });

  it('run in every order when all seeds are tried', async () => {
    const outcomes = new Set<number>();
    for (let seed = 0; seed < 60; seed++) outcomes.add((await runTasks(seed, 3)).counter);
    // All results occur, from one surviving update to no lost update.
    expect([...outcomes].sort()).toEqual([1, 2, 3]);
  });

  it('all come to an end, with the calls of one task in flight beside each other too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const interleaver = new Interleaver(seed);
        const store = interleaver.objects(new MemoryObjectStore());
        const wins = await Promise.all(
          ['left', 'right'].map((name) =>
            interleaver.run(name, () =>
              Promise.all(
                ['a', 'b', 'c'].map((key) => store.putIfAbsent(key, new TextEncoder().encode(name))),
              ),
            ),
          ),
        );
        expect(wins[0]?.map((won) => !won)).toEqual(wins[1]);
      }),
      { numRuns: inputCount(40) },
    );
  });

  it('fail as they would alone, and the others go on', async () => {
    const interleaver = new Interleaver(1);
    const store = interleaver.objects(new MemoryObjectStore());
    const outcomes = await Promise.allSettled([
      interleaver.run('good', () => store.put('a', new Uint8Array(1))),
      interleaver.run('bad', async () => {
        await store.get('a');
        throw new Error('as planned');
      }),
      interleaver.run('later', () => store.put('b', new Uint8Array(1))),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('do not hold the others up by a long poll or by standing still, and meet the same times in every run', async () => {
    const life = async (seed: number) => {
      const interleaver = new Interleaver(seed);
      const clock = new SelfAdvancingClock(0, () => interleaver.idle);
      const plan = new FaultPlan({
        seed,
        rates: { stall: 0.3, delay: 0.5 },
        maxFaults: 20,
        maxDelayMs: 500,
        maxStallMs: 300,
      });
      const inner = new EmulatedQueue({ name: 'work', clock });
      const process = () =>
        faultyQueue(new FaultyProcess(plan, interleaver.clock(clock)), interleaver.queue(inner));
      const arrivals: (readonly [string, number])[] = [];
      const consume = async (queue: MessageQueue) => {
        for (
          let batch = await queue.receive(patient);
          batch.length > 0;
          batch = await queue.receive(patient)
        ) {
          for (const { body } of batch) arrivals.push([body, clock.nowMs()]);
          for (let left = Math.random() * 3; left > 0; left--) await turn();
          await queue.delete(batch.map(({ receipt }) => receipt));
        }
      };
      await Promise.all([
        interleaver.run('left', () => consume(process())),
        interleaver.run('right', () => consume(process())),
        interleaver.run('sender', async () => {
          const queue = process();
          for (const body of ['a', 'b', 'c', 'd']) await queue.send([{ body, deliverAtMs: clock.nowMs() }]);
        }),
      ]);
      return arrivals;
    };
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const arrivals = await life(seed);
        expect(arrivals.map(([body]) => body).sort()).toEqual(['a', 'b', 'c', 'd']);
        // Long before the end of the long polls that began first.
        for (const [, timeMs] of arrivals) expect(timeMs).toBeLessThan(20_000);
        expect(await life(seed)).toEqual(arrivals);
      }),
      { numRuns: inputCount(40) },
    );
  });
});
