import { describe, expect, it } from 'vitest';
import { type Due, deferralSeconds, handleWhenDue, untilDueMs } from '#functions/runtime/due-time.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('the time until a message is due', () => {
  it.each([
    ['due now', 1000, 2000, 0],
    ['overdue', 999, 2000, 0],
    ['early', 2500, 2000, 1500],
    ['received by a clock that is an hour behind the sender', 1000 + HOUR_MS, 2000, 2000],
    ['received by a clock that is a day ahead of the sender', 2500 - DAY_MS, 2000, 0],
    ['said to be due when no number of days reaches', Number.MAX_VALUE, 2000, 2000],
  ])('%s', (_case, deliverAtMs, delayMs, expected) => {
    expect(untilDueMs({ deliverAtMs, delayMs }, 1000)).toBe(expected);
  });

  it.each([
    [0, undefined],
    [1500, undefined],
    [1501, 1],
    [3999, 3],
    // Less than the 12 h from its receive for which SQS hides a message at most.
    [1_000_000_000, 39_600],
    [Number.MAX_VALUE, 39_600],
  ])('defers a message that is due in %d ms by %s seconds', (leftMs, expected) => {
    expect(deferralSeconds(leftMs)).toBe(expected);
  });
});

/** Messages that are due at these times, of a delay that reaches that far. */
const dueOf = (deliverAtMs: number): Due => ({ deliverAtMs, delayMs: 2000 });

describe('messages received together', () => {
  it('are handled when they are due, in one call with all others due by then', async () => {
    const clock = new SelfAdvancingClock();
    const calls: (readonly [number, readonly number[]])[] = [];
    const undue = await handleWhenDue([900, 0, 200, 500, 1400], {
      clock,
      dueOf,
      async handle(due) {
        calls.push([clock.nowMs(), due]);
        // The handling of the first ones takes 300 ms.
        await clock.sleepMs(due.includes(0) ? 300 : 0);
      },
      defer: () => Promise.reject(new Error('nothing is due much later')),
    });
    expect(calls).toEqual([
      [0, [0]],
      [300, [200]],
      [500, [500]],
      [900, [900]],
      [1400, [1400]],
    ]);
    expect(undue).toEqual([]);
  });

  it('are not waited for after the signal aborts', async () => {
    const clock = new SelfAdvancingClock();
    const stop = new AbortController();
    const undue = await handleWhenDue([0, 700, 1400], {
      clock,
      signal: stop.signal,
      dueOf,
      handle: async (due) => {
        if (due.includes(700)) stop.abort();
      },
      defer: async () => {},
    });
    expect(undue).toEqual([1400]);
    expect(clock.nowMs()).toBe(700);
  });

  it.each([-HOUR_MS, DAY_MS])(
    'are handled after their delay although the time of day jumps by %d ms',
    async (jumpMs) => {
      const inner = new SelfAdvancingClock(10 * DAY_MS);
      let jumpedMs = 0;
      const clock: Clock = {
        nowMs: () => inner.nowMs() + jumpedMs,
        monotonicMs: () => inner.monotonicMs(),
        sleepMs: (durationMs, signal) => inner.sleepMs(durationMs, signal),
      };
      const sentAtMs = clock.nowMs();
      const handledAfterMs: number[] = [];
      await handleWhenDue([0, 800, 1400], {
        clock,
        dueOf: (delayMs) => ({ deliverAtMs: sentAtMs + delayMs, delayMs }),
        async handle() {
          handledAfterMs.push(clock.monotonicMs() - 10 * DAY_MS);
          jumpedMs = jumpMs;
        },
        defer: () => Promise.reject(new Error('nothing is due much later')),
      });
      expect(handledAfterMs).toEqual([0, 800, 1400]);
    },
  );
});
