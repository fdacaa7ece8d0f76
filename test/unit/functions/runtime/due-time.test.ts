import { describe, expect, it } from 'vitest';
import { dueTime, handleWhenDue } from '#functions/runtime/due-time.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

describe('a message seen at 1000 ms', () => {
  it.each([
    [1000, { kind: 'due' }],
    [999, { kind: 'due' }],
    [1001, { kind: 'wait', untilMs: 1001 }],
    [2500, { kind: 'wait', untilMs: 2500 }],
    [2501, { kind: 'defer', seconds: 1 }],
    [4999, { kind: 'defer', seconds: 3 }],
    // Less than the 12 h from its receive for which SQS hides a message at most.
    [1_000_000_000, { kind: 'defer', seconds: 39_600 }],
    [Number.MAX_VALUE, { kind: 'defer', seconds: 39_600 }],
  ])('and due at %i ms', (deliverAtMs, expected) => {
    expect(dueTime(deliverAtMs, 1000)).toEqual(expected);
  });
});

describe('messages received together', () => {
  it('are handled when they are due, in one call with all others due by then', async () => {
    const clock = new SelfAdvancingClock();
    const calls: (readonly [number, readonly number[]])[] = [];
    const undue = await handleWhenDue([900, 0, 200, 500, 1400], {
      clock,
      deliverAtMs: (item) => item,
      async handle(due) {
        calls.push([clock.nowMs(), due]);
        // The handling of the first ones takes 300 ms.
        await clock.sleepUntilMs(clock.nowMs() + (due.includes(0) ? 300 : 0));
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
      deliverAtMs: (item) => item,
      handle: async (due) => {
        if (due.includes(700)) stop.abort();
      },
      defer: async () => {},
    });
    expect(undue).toEqual([1400]);
    expect(clock.nowMs()).toBe(700);
  });
});
