import { describe, expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

describe('Simulation', () => {
  it('runs events by time, and those of one time in the order they were scheduled', () => {
    const simulation = new Simulation();
    const seen: string[] = [];
    const kind = simulation.register(undefined, (first, second) =>
      seen.push(`${first}/${second}@${simulation.nowMs}`),
    );
    simulation.at(5, () => seen.push('a'));
    simulation.post(5, kind, 1, 2);
    simulation.after(1, () => seen.push('b'));
    simulation.at(5, () => seen.push('c'));
    simulation.run();
    expect(seen).toEqual(['b', 'a', '1/2@5', 'c']);
    expect(simulation.nowMs).toBe(5);
    expect(simulation.executed).toBe(4);
  });

  it('runs an event that is scheduled for the same time after all earlier events of that time', () => {
    const simulation = new Simulation();
    const seen: string[] = [];
    simulation.at(1, () => {
      seen.push('first');
      simulation.after(0, () => seen.push('third'));
    });
    simulation.at(1, () => seen.push('second'));
    simulation.run();
    expect(seen).toEqual(['first', 'second', 'third']);
  });

  it('refuses past times and values that are not times', () => {
    const simulation = new Simulation(10);
    expect(() => simulation.at(9, () => {})).toThrow(RangeError);
    expect(() => simulation.after(Number.NaN, () => {})).toThrow(RangeError);
    expect(simulation.pending).toBe(0);
  });

  it('stops after the given time and leaves later events pending', () => {
    const simulation = new Simulation();
    const seen: number[] = [];
    for (const time of [1, 2, 3, 4]) simulation.at(time, () => seen.push(time));
    simulation.run(2.5);
    expect(seen).toEqual([1, 2]);
    expect(simulation.nowMs).toBe(2.5);
    expect(simulation.nextMs).toBe(3);
    expect(simulation.pending).toBe(2);
  });

  it('runs no event after the one that stops it, and continues from there', () => {
    const simulation = new Simulation();
    const seen: number[] = [];
    for (const time of [1, 2, 3]) {
      simulation.at(time, () => {
        seen.push(time);
        if (time === 2) simulation.stop();
      });
    }
    simulation.run(10);
    expect(seen).toEqual([1, 2]);
    expect(simulation.nowMs).toBe(2);
    simulation.run(10);
    expect(seen).toEqual([1, 2, 3]);
    expect(simulation.nowMs).toBe(10);
  });

  it('never runs a cancelled event, and a handle does not outlive its event', () => {
    const simulation = new Simulation();
    const seen: string[] = [];
    const gone = simulation.at(1, () => seen.push('gone'));
    expect(simulation.cancel(gone)).toBe(true);
    expect(simulation.cancel(gone)).toBe(false);
    simulation.run();
    simulation.at(2, () => seen.push('kept'));
    expect(simulation.cancel(gone)).toBe(false);
    simulation.run();
    expect(seen).toEqual(['kept']);
    expect(simulation.step()).toBe(false);
  });

  it('keeps nothing of cancelled events in memory when they are many', () => {
    const simulation = new Simulation();
    simulation.at(1e9, () => {});
    for (let index = 0; index < 100_000; index++) simulation.cancel(simulation.at(1e8 + index, () => {}));
    expect(simulation.pending).toBe(1);
    expect(simulation.nextMs).toBe(1e9);
  });
});

describe('VirtualClock', () => {
  it('resolves sleepers in the order of their times, and at once when there is nothing to wait for', async () => {
    const simulation = new Simulation(100);
    const clock = new VirtualClock(simulation);
    const woken: number[] = [];
    const sleeps = [200, 100, 0].map((time) => clock.sleepMs(time).then(() => woken.push(time)));
    await Promise.resolve();
    simulation.run();
    await Promise.all(sleeps);
    expect(woken).toEqual([0, 100, 200]);
    expect(clock.nowMs()).toBe(300);
  });

  it('rejects with the reason of its signal and leaves no event behind', async () => {
    const simulation = new Simulation();
    const controller = new AbortController();
    const sleep = new VirtualClock(simulation).sleepMs(10, controller.signal);
    controller.abort(new Error('stopped'));
    await expect(sleep).rejects.toThrow('stopped');
    expect(simulation.pending).toBe(0);
  });
});
