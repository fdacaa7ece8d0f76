import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dueTime, handleWhenDue, LONGEST_DEFERRAL_SECONDS } from '#functions/runtime/due-time.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

const times = fc.double({ min: 0, max: 1e12, noNaN: true });

it('a message is due at its time, never late, and deferred as few times as the queue allows', () => {
  fc.assert(
    fc.property(times, times, (deliverAtMs, firstReceivedAtMs) => {
      let nowMs = firstReceivedAtMs;
      let deferrals = 0;
      for (let due = dueTime(deliverAtMs, nowMs); due.kind !== 'due'; due = dueTime(deliverAtMs, nowMs)) {
        if (due.kind === 'defer') {
          deferrals += 1;
          expect(due.seconds).toBeGreaterThanOrEqual(1);
          expect(Number.isInteger(due.seconds)).toBe(true);
          nowMs += 1000 * due.seconds;
        } else nowMs = due.untilMs;
      }
      expect(nowMs).toBe(Math.max(deliverAtMs, firstReceivedAtMs));
      const leftSeconds = Math.max(0, deliverAtMs - firstReceivedAtMs) / 1000;
      expect(deferrals).toBeLessThanOrEqual(Math.ceil(leftSeconds / LONGEST_DEFERRAL_SECONDS) + 1);
    }),
  );
});

it('each of any messages is either handled once, at its time or as soon as the handler is free, or deferred', async () => {
  const offsets = fc.array(fc.integer({ min: -5000, max: 6000 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(offsets, fc.nat(800), async (dueAtMs, handlingMs) => {
      const clock = new SelfAdvancingClock();
      const handled: number[] = [];
      const deferred: number[] = [];
      let freeAtMs = 0;
      const items = dueAtMs.map((deliverAtMs, index) => ({ deliverAtMs, index }));
      await handleWhenDue(items, {
        clock,
        deliverAtMs: (item) => item.deliverAtMs,
        async handle(due) {
          const nowMs = clock.nowMs();
          expect(due.length).toBeGreaterThan(0);
          // The first one decides when the call is made; the others were due by then.
          expect(nowMs).toBe(Math.max(freeAtMs, due[0].deliverAtMs));
          for (const { deliverAtMs } of due) expect(deliverAtMs).toBeLessThanOrEqual(nowMs);
          handled.push(...due.map(({ index }) => index));
          await clock.sleepUntilMs(nowMs + handlingMs);
          freeAtMs = clock.nowMs();
        },
        async defer({ index, deliverAtMs }, seconds) {
          expect(seconds * 1000).toBeLessThanOrEqual(deliverAtMs);
          deferred.push(index);
        },
      });
      expect([...handled, ...deferred].sort((a, b) => a - b)).toEqual(items.map(({ index }) => index));
    }),
    { numRuns: 200 },
  );
});
