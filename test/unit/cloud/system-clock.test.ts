import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#shared/cloud/node/system-clock.ts';

const DAY_MS = 86_400_000;

/** Whether the promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise.catch(() => {}), Promise.resolve(pending)])) !== pending;
}

describe('the clock of the machine', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sleeps until its time, and not at all when that has passed', async () => {
    await systemClock.sleepUntilMs(999_999);
    const sleep = systemClock.sleepUntilMs(1_000_500);
    await vi.advanceTimersByTimeAsync(499);
    expect(await settled(sleep)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleep;
    expect(systemClock.nowMs()).toBe(1_000_500);
  });

  it('sleeps longer than one timer can run', async () => {
    const sleep = systemClock.sleepUntilMs(1_000_000 + 60 * DAY_MS);
    await vi.advanceTimersByTimeAsync(59 * DAY_MS);
    expect(await settled(sleep)).toBe(false);
    await vi.advanceTimersByTimeAsync(DAY_MS);
    await sleep;
  });

  it('sleeps on when the wall clock is set back', async () => {
    const sleep = systemClock.sleepUntilMs(1_001_000);
    vi.setSystemTime(990_000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await settled(sleep)).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    await sleep;
  });

  it('wakes with the reason when aborted, before or meanwhile, and leaves no timer', async () => {
    const reason = new Error('enough');
    await expect(systemClock.sleepUntilMs(2_000_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const stop = new AbortController();
    const sleep = systemClock.sleepUntilMs(2_000_000, stop.signal);
    stop.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});
