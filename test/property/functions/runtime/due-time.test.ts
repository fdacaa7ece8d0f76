import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  deferralSeconds,
  handleWhenDue,
  LONGEST_DEFERRAL_SECONDS,
  untilDueMs,
} from '#functions/runtime/due-time.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

const times = fc.double({ min: 0, max: 1e12, noNaN: true });

it('a message is due at its time, never late, and deferred as few times as the queue allows', () => {
  fc.assert(
    fc.property(times, times, (deliverAtMs, firstReceivedAtMs) => {
      let nowMs = firstReceivedAtMs;
      let deferrals = 0;
      let isWhole = true;
      for (;;) {
        const leftMs = untilDueMs({ deliverAtMs, delayMs: deliverAtMs }, nowMs);
        const seconds = deferralSeconds(leftMs);
        if (seconds === undefined) {
          nowMs += leftMs;
          break;
        }
        deferrals += 1;
        isWhole &&= Number.isInteger(seconds) && seconds >= 1;
        nowMs += 1000 * seconds;
      }
      // Checked once: `expect` for each of the up to 23,000 deferrals takes most of the test's time.
      expect(isWhole).toBe(true);
      expect(Math.abs(nowMs - Math.max(deliverAtMs, firstReceivedAtMs))).toBeLessThan(1e-3);
      const leftSeconds = Math.max(0, deliverAtMs - firstReceivedAtMs) / 1000;
      expect(deferrals).toBeLessThanOrEqual(Math.ceil(leftSeconds / LONGEST_DEFERRAL_SECONDS) + 1);
    }),
  );
});

it('no message waits longer than the delay with which it was sent, for any clocks', () => {
  fc.assert(
    fc.property(times, times, times, (deliverAtMs, delayMs, receivedAtMs) => {
      const leftMs = untilDueMs({ deliverAtMs, delayMs }, receivedAtMs);
      expect(leftMs).toBeGreaterThanOrEqual(0);
      expect(leftMs).toBeLessThanOrEqual(delayMs);
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
      const items = dueAtMs.map((deliverAtMs, index) => ({ deliverAtMs, delayMs: 6000, index }));
      await handleWhenDue(items, {
        clock,
        dueOf: (item) => item,
        async handle(due) {
          const nowMs = clock.nowMs();
          expect(due.length).toBeGreaterThan(0);
          // The first message decides the time of the call; the others were due by then.
          expect(nowMs).toBe(Math.max(freeAtMs, due[0].deliverAtMs));
          for (const { deliverAtMs } of due) expect(deliverAtMs).toBeLessThanOrEqual(nowMs);
          handled.push(...due.map(({ index }) => index));
          await clock.sleepMs(handlingMs);
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
