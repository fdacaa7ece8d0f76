import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation } from '#emulator/kernel/simulation.ts';
import { queueParameters } from '#emulator/parameters/queue-parameters.ts';
import { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { MessageSlots } from '#emulator/services/queue/message-slots.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { inputCount } from '#test/support/input-count.ts';

/** Slow reference queue: a list of messages that is searched on every call. */
class ObviousQueue {
  readonly #visibilityMs: number;
  readonly #maxReceives: number;
  readonly messages: { id: number; from: number; order: number; receives: number; gone: boolean }[] = [];
  readonly dead: number[] = [];
  #order = 0;

  constructor(visibilityMs: number, maxReceives: number) {
    this.#visibilityMs = visibilityMs;
    this.#maxReceives = maxReceives;
  }

  send(id: number, at: number): void {
    this.messages.push({ id, from: at, order: this.#order++, receives: 0, gone: false });
  }

  receive(limit: number, nowMs: number): number[] {
    const taken: number[] = [];
    const visible = this.messages
      .filter((message) => !message.gone && message.from <= nowMs)
      .sort((a, b) => a.from - b.from || a.order - b.order);
    for (const message of visible) {
      if (taken.length === limit) break;
      if (message.receives >= this.#maxReceives) {
        message.gone = true;
        this.dead.push(message.id);
        continue;
      }
      message.receives++;
      message.from = nowMs + this.#visibilityMs;
      message.order = this.#order++;
      taken.push(message.id);
    }
    return taken;
  }

  delete(id: number): void {
    const message = this.messages.find((candidate) => candidate.id === id);
    if (message !== undefined) message.gone = true;
  }
}

/**
 * No multiple of a sixteenth, so that no timeout ends just when a message arrives: the queue, like the real
 * one, promises no order of these two.
 */
const VISIBILITY_MS = 5.03125;

const step = fc.record({
  // Sixteenths are exact in binary, so that equal times stay equal.
  waitMs: fc.integer({ min: 0, max: 64 }).map((sixteenths) => sixteenths / 16),
  action: fc.oneof(
    fc.record({ kind: fc.constant('send' as const), delayMs: fc.integer({ min: 0, max: 6 }) }),
    fc.record({ kind: fc.constant('receive' as const), limit: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constant('delete' as const), which: fc.nat(10) }),
  ),
});

describe('CloudQueue', () => {
  it('agrees with a list of messages that every call scans', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120 }),
        fc.integer({ min: 1, max: 3 }),
        (steps, maxReceives) => {
          const simulation = new Simulation();
          const dead: number[] = [];
          const queue = new CloudQueue({
            simulation,
            parameters: queueParameters.parse({
              visibilitySeconds: VISIBILITY_MS / 1000,
              maxReceiveCount: maxReceives,
            }),
            messages: new MessageSlots(-1),
            random: randomStream(1, 'emulator'),
            deadLetter: (body) => dead.push(body),
          });
          const obvious = new ObviousQueue(VISIBILITY_MS, maxReceives);
          const held: { id: number; receipt: number }[] = [];
          let id = 0;
          for (const { waitMs, action } of steps) {
            simulation.run(simulation.nowMs + waitMs);
            const nowMs = simulation.nowMs;
            if (action.kind === 'send') {
              queue.send(id, nowMs, nowMs + action.delayMs);
              obvious.send(id++, nowMs + action.delayMs);
              simulation.run(nowMs);
            } else if (action.kind === 'receive') {
              const receipts: number[] = [];
              queue.receive(action.limit, receipts);
              const ids = receipts.map((receipt) => queue.body(receipt) ?? -1);
              expect(ids).toEqual(obvious.receive(action.limit, nowMs));
              for (const [index, receipt] of receipts.entries()) held.push({ id: ids[index], receipt });
            } else if (held.length > 0) {
              const { id: gone, receipt } = held[action.which % held.length];
              if (queue.body(receipt) !== undefined && queue.delete(receipt)) obvious.delete(gone);
            }
            expect(queue.occupancy.imbalance(simulation.nowMs)).toBeLessThan(1e-9);
          }
          expect(dead).toEqual(obvious.dead);
        },
      ),
      { numRuns: inputCount(300) },
    );
  });

  it('loses no message and invents none, with any duplicates, reordering and redelivery', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1000 }),
        (count, duplicateProbability, reorderProbability, seed) => {
          const simulation = new Simulation();
          const queue = new CloudQueue({
            simulation,
            parameters: queueParameters.parse({
              duplicateProbability,
              reorderProbability,
              visibilitySeconds: 1,
            }),
            messages: new MessageSlots(-1),
            random: randomStream(seed, 'emulator'),
          });
          const chance = randomStream(seed, 'fault');
          for (let id = 0; id < count; id++) queue.send(id, 0, id % 7);
          const deleted = new Set<number>();
          for (let round = 0; simulation.pending + queue.occupancy.inside > 0 && round < 500; round++) {
            simulation.run(simulation.nowMs + 600);
            const receipts: number[] = [];
            queue.receive(50, receipts);
            for (const receipt of receipts) {
              const body = queue.body(receipt) ?? -1;
              expect(body).toBeGreaterThanOrEqual(0);
              if (chance.uniform() < 0.8 && queue.delete(receipt)) deleted.add(body);
            }
          }
          expect(deleted.size).toBe(count);
          expect(queue.counts.deleted).toBe(count + queue.counts.duplicated);
        },
      ),
      { numRuns: inputCount(60) },
    );
  });
});
