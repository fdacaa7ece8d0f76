import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventHeap } from '#emulator/kernel/event-heap.ts';
import { EventQueue } from '#emulator/kernel/event-queue.ts';
import { NO_SLOT } from '#emulator/kernel/event-slots.ts';

type Step =
  | { readonly kind: 'push'; readonly delayMs: number; readonly count: number }
  | { readonly kind: 'pop'; readonly count: number }
  | { readonly kind: 'popUntil'; readonly delayMs: number }
  | { readonly kind: 'retain'; readonly modulus: number };

/**
 * Delays of all sizes: zero, equal, close together, evenly spread, and so large that differences are lost to
 * rounding.
 */
const delayMs = fc.oneof(
  fc.constantFrom(0, 1, 1e-9, 1e15),
  fc.integer({ min: 0, max: 20 }),
  fc.double({ min: 0, max: 1000, noNaN: true }),
  fc.double({ min: 0, max: 1e-6, noNaN: true }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('push' as const), delayMs, count: fc.nat(300) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pop' as const), count: fc.nat(400) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('popUntil' as const), delayMs }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('retain' as const), modulus: fc.integer({ min: 2, max: 5 }) }),
  },
);

test('gives the same order as a heap: every entry once, by time and then by sequence', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (steps, spread) => {
        const queue = new EventQueue();
        const heap = new EventHeap(2);
        let nowMs = 0;
        let sequence = 0;
        for (const one of steps) {
          if (one.kind === 'push') {
            for (let index = 0; index < one.count; index++) {
              const timeMs = nowMs + one.delayMs * (index % 3 === 0 ? 1 : (spread.next().value ?? 0));
              queue.push(timeMs, sequence);
              heap.push(timeMs, sequence, sequence);
              sequence++;
            }
          } else if (one.kind === 'retain') {
            const keep = (slot: number) => slot % one.modulus !== 0;
            queue.retain(keep);
            heap.retain(keep);
          } else if (one.kind === 'popUntil') {
            const untilMs = nowMs + one.delayMs;
            for (let slot = queue.popUntil(untilMs); slot !== NO_SLOT; slot = queue.popUntil(untilMs)) {
              nowMs = heap.earliestMs;
              expect(queue.poppedMs).toBe(nowMs);
              expect(slot).toBe(heap.pop());
            }
            expect(heap.earliestMs).toBeGreaterThan(untilMs);
          } else {
            for (let index = 0; index < one.count && heap.size > 0; index++) {
              expect(queue.earliestMs).toBe(heap.earliestMs);
              expect(queue.earliestSlot).toBe(heap.earliestSlot);
              nowMs = heap.earliestMs;
              expect(queue.popUntil(nowMs)).toBe(heap.pop());
            }
          }
          expect(queue.size).toBe(heap.size);
        }
        while (heap.size > 0) expect(queue.popUntil(Number.POSITIVE_INFINITY)).toBe(heap.pop());
        expect(queue.size).toBe(0);
        expect(queue.popUntil(Number.POSITIVE_INFINITY)).toBe(NO_SLOT);
        expect(queue.earliestMs).toBe(Number.POSITIVE_INFINITY);
      },
    ),
  );
});
