import { describe, expect, it } from 'vitest';
import { InvocationClock } from '#emulator/embedded/invocation-clock.ts';
import { Simulation } from '#emulator/kernel/simulation.ts';

/** A request of this virtual duration, which really takes some turns of the event loop. */
function request(clock: InvocationClock, durationMs: number, turns = 0): Promise<number> {
  const real = async () => {
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
  };
  return clock.request(real, () => durationMs).then(() => clock.nowMs());
}

describe('InvocationClock', () => {
  it('lets concurrent requests overlap, independent of their real durations', async () => {
    const clock = new InvocationClock(new Simulation(100));
    const ends = await Promise.all([request(clock, 30), request(clock, 10, 5), request(clock, 20, 1)]);
    expect(ends).toEqual([130, 110, 120]);
    expect(clock.nowMs()).toBe(130);
  });

  it('begins a request that follows another when that one has ended', async () => {
    const clock = new InvocationClock(new Simulation());
    const chain = async (...durations: readonly number[]) => {
      for (const duration of durations) await request(clock, duration, 2);
      return clock.nowMs();
    };
    expect(await Promise.all([chain(5, 5, 5), chain(12), chain(1, 20)])).toEqual([15, 12, 21]);
  });

  it('computes on one thread, beside requests', async () => {
    const clock = new InvocationClock(new Simulation());
    const compute = async (durationMs: number) => {
      await clock.compute(() => new Promise(setImmediate), durationMs);
      return clock.nowMs();
    };
    expect(await Promise.all([compute(10), request(clock, 12), compute(5)])).toEqual([10, 12, 15]);
  });

  it('counts the requests of work before its computation', async () => {
    const clock = new InvocationClock(new Simulation());
    const work = clock.compute(async () => {
      await Promise.all([request(clock, 8), request(clock, 3, 4)]);
      await request(clock, 2);
    }, 10);
    expect(await Promise.all([work.then(() => clock.nowMs()), request(clock, 9)])).toEqual([20, 9]);
  });

  it('charges sleeps as work, and starts each invocation at the current time', async () => {
    const simulation = new Simulation(50);
    const clock = new InvocationClock(simulation);
    await clock.sleepMs(20);
    await clock.sleepMs(0);
    expect(clock.nowMs()).toBe(70);
    await clock.restart();
    expect(clock.nowMs()).toBe(50);
  });

  it('waits at the next start for a request that was not awaited', async () => {
    const clock = new InvocationClock(new Simulation());
    let ended = false;
    void request(clock, 40, 3).then(() => {
      ended = true;
    });
    await clock.restart();
    expect(ended).toBe(true);
    expect(clock.nowMs()).toBe(0);
  });

  it('takes no time for a request that fails', async () => {
    const clock = new InvocationClock(new Simulation());
    const failing = clock.request(
      () => Promise.reject(new Error('gone')),
      () => 10,
    );
    await expect(failing).rejects.toThrow('gone');
    expect(clock.nowMs()).toBe(0);
    expect(await request(clock, 5)).toBe(5);
  });
});
