import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { steadyClock, systemClock } from '#shared/cloud/node/system-clock.ts';

const DAY_MS = 86_400_000;

/** Whether the promise has settled. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise.catch(() => {}), Promise.resolve(pending)])) !== pending;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the clock of the machine', () => {
  it('sleeps for the given time, and not at all for zero', async () => {
    await systemClock.sleepMs(0);
    await systemClock.sleepMs(-1);
    const sleep = systemClock.sleepMs(500);
    await vi.advanceTimersByTimeAsync(499);
    expect(await settled(sleep)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleep;
    expect(systemClock.nowMs()).toBe(1_000_500);
  });

  it('sleeps longer than one timer can run', async () => {
    const sleep = systemClock.sleepMs(60 * DAY_MS);
    await vi.advanceTimersByTimeAsync(59 * DAY_MS);
    expect(await settled(sleep)).toBe(false);
    await vi.advanceTimersByTimeAsync(DAY_MS);
    await sleep;
  });

  it.each([-3_600_000, DAY_MS])(
    'sleeps no longer and no shorter when the time of day jumps by %d ms',
    async (jumpMs) => {
      const sleep = systemClock.sleepMs(1000);
      vi.setSystemTime(1_000_000 + jumpMs);
      await vi.advanceTimersByTimeAsync(999);
      expect(await settled(sleep)).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      await sleep;
      expect(systemClock.nowMs()).toBe(1_001_000 + jumpMs);
    },
  );

  it('wakes with the reason when aborted, before or meanwhile, and leaves no timer', async () => {
    const reason = new Error('enough');
    await expect(systemClock.sleepMs(1000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const stop = new AbortController();
    const sleep = systemClock.sleepMs(1000, stop.signal);
    stop.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a steady clock', () => {
  it('counts from the time of day of its creation, independent of later jumps', async () => {
    const clock = steadyClock();
    expect(clock.nowMs()).toBeCloseTo(1_000_000);
    vi.setSystemTime(1_000_000 - 3_600_000);
    await vi.advanceTimersByTimeAsync(250);
    vi.setSystemTime(1_000_000 + DAY_MS);
    expect(clock.nowMs()).toBeCloseTo(1_000_250);
  });
});
