import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { ServiceError } from '#shared/errors.ts';
import { EmulatedQueue } from '#test/support/emulated-queue.ts';
import { FaultPlan } from '#test/support/faults/fault-plan.ts';
import { faultyObjectStore } from '#test/support/faults/faulty-object-store.ts';
import { FaultyProcess, KillError } from '#test/support/faults/faulty-process.ts';
import { faultyQueue } from '#test/support/faults/faulty-queue.ts';
import { inputCount } from '#test/support/input-count.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

const rate = fc.double({ min: 0, max: 0.4, noNaN: true });
const settings = fc.record({
  seed: fc.integer(),
  rates: fc.record({ kill: rate, error: rate, duplicate: rate, redeliver: rate, delay: rate, shuffle: rate }),
  maxFaults: fc.integer({ min: 0, max: 40 }),
  maxDelayMs: fc.constant(5000),
});
const taking = { maxMessages: 10, waitSeconds: 0, visibilitySeconds: 10 } as const;

/** True if the task completed; false if a fault interrupted it. Other errors are defects. */
async function tolerating(task: () => Promise<unknown>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    if (error instanceof KillError || error instanceof ServiceError) return false;
    throw error;
  }
}

function isLeft(queue: EmulatedQueue): boolean {
  const { visible, delayed, inFlight } = queue.depth();
  return visible + delayed + inFlight > 0;
}

describe('a queue with faults', () => {
  it('delivers every message whose sending succeeded, at least once, and none that was never sent', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 }),
        async (faults, sizes) => {
          const clock = new SelfAdvancingClock();
          const inner = new EmulatedQueue({ name: 'work', clock });
          const plan = new FaultPlan(faults);
          let process = new FaultyProcess(plan);
          const stored = new Set<string>();
          const attempted = new Set<string>();
          for (const [call, size] of sizes.entries()) {
            const bodies = Array.from({ length: size }, (_, index) => `${call}.${index}`);
            for (const body of bodies) attempted.add(body);
            const messages = bodies.map((body) => ({ body, deliverAtMs: clock.nowMs() }));
            if (await tolerating(() => faultyQueue(process, inner).send(messages)))
              for (const body of bodies) stored.add(body);
            if (!process.alive) process = new FaultyProcess(plan);
          }
          const seen = new Set<string>();
          // A consumer that dies and restarts. The number of faults is limited, so the queue is emptied in
          // the end.
          while (isLeft(inner)) {
            let batch: readonly ReceivedMessage[] = [];
            await tolerating(async () => {
              batch = await faultyQueue(process, inner).receive({ ...taking, waitSeconds: 20 });
              for (const { body } of batch) seen.add(body);
              await faultyQueue(process, inner).delete(batch.map(({ receipt }) => receipt));
            });
            if (!process.alive) process = new FaultyProcess(plan);
          }
          expect([...stored].filter((body) => !seen.has(body))).toEqual([]);
          expect([...seen].filter((body) => !attempted.has(body))).toEqual([]);
          expect(plan.log.length).toBeLessThanOrEqual(faults.maxFaults);
        },
      ),
      { numRuns: inputCount(200) },
    );
  });

  it('does the same to the same calls with the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (faults) => {
        const life = async () => {
          const plan = new FaultPlan(faults);
          const process = new FaultyProcess(plan);
          const queue = faultyQueue(
            process,
            new EmulatedQueue({ name: 'work', clock: new SelfAdvancingClock() }),
          );
          const bodies: string[] = [];
          for (let call = 0; call < 5; call++) {
            await tolerating(() =>
              queue.send(['a', 'b', 'c'].map((text) => ({ body: `${call}${text}`, deliverAtMs: 0 }))),
            );
            await tolerating(async () => {
              for (const { body } of await queue.receive(taking)) bodies.push(body);
            });
          }
          return { log: plan.log, bodies };
        };
        expect(await life()).toEqual(await life());
      }),
      { numRuns: inputCount(50) },
    );
  });
});

describe('a process that was killed', () => {
  it('has no further effect', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const clock = new SelfAdvancingClock();
        const innerQueue = new EmulatedQueue({ name: 'work', clock });
        const innerStore = new MemoryObjectStore();
        const process = new FaultyProcess(new FaultPlan({ seed, rates: { kill: 0.5 }, maxFaults: 1 }));
        const store = faultyObjectStore(process, innerStore);
        const queue = faultyQueue(process, innerQueue);
        for (let call = 0; process.alive; call++)
          await tolerating(() => store.put(`key-${call}`, new Uint8Array(1)));
        const left = await innerStore.list('');
        for (const afterwards of [
          () => store.put('late', new Uint8Array(1)),
          () => store.putIfAbsent('late', new Uint8Array(1)),
          () => store.delete(left),
          () => store.get('late'),
          () => queue.send([{ body: 'late', deliverAtMs: 0 }]),
          () => queue.receive(taking),
        ]) {
          await expect(afterwards()).rejects.toThrow(KillError);
        }
        expect(await innerStore.list('')).toEqual(left);
        expect(isLeft(innerQueue)).toBe(false);
      }),
      { numRuns: inputCount(50) },
    );
  });

  it('leaves each conditional put done or not done, and one writer at most believes it won', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (faults) => {
        const inner = new MemoryObjectStore();
        const plan = new FaultPlan(faults);
        const winners: number[] = [];
        await Promise.all(
          Array.from({ length: 10 }, (_, racer) =>
            tolerating(async () => {
              const store = faultyObjectStore(new FaultyProcess(plan), inner);
              if (await store.putIfAbsent('prize', Uint8Array.of(racer))) winners.push(racer);
            }),
          ),
        );
        expect(winners.length).toBeLessThanOrEqual(1);
        if (winners[0] !== undefined) expect(await inner.get('prize')).toEqual(Uint8Array.of(winners[0]));
      }),
      { numRuns: inputCount(100) },
    );
  });
});
