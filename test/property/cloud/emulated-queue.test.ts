import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { EmulatedQueue } from '#test/support/emulated-queue.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

/** Reference queue: a list that is searched on every call. */
class ModelQueue {
  readonly messages: { body: string; visibleAtMs: number; order: number; receiveCount: number }[] = [];
  order = 0;

  send(body: string, visibleAtMs: number): void {
    this.messages.push({ body, visibleAtMs, order: this.order++, receiveCount: 0 });
  }

  receive(nowMs: number, maxMessages: number, visibilityMs: number): readonly (readonly [string, number])[] {
    const visible = this.messages.filter((message) => message.visibleAtMs <= nowMs);
    visible.sort((left, right) => left.visibleAtMs - right.visibleAtMs || left.order - right.order);
    return visible.slice(0, maxMessages).map((message) => {
      message.receiveCount += 1;
      this.hide(message.body, nowMs + visibilityMs);
      return [message.body, message.receiveCount];
    });
  }

  hide(body: string, visibleAtMs: number): void {
    const message = this.messages.find((candidate) => candidate.body === body);
    if (message === undefined) return;
    message.visibleAtMs = visibleAtMs;
    message.order = this.order++;
  }
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('send' as const), delayMs: fc.nat(3000) }),
  fc.record({
    kind: fc.constant('receive' as const),
    max: fc.integer({ min: 1, max: 4 }),
    seconds: fc.nat(2),
  }),
  fc.record({ kind: fc.constant('delete' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('hide' as const), which: fc.nat(20), seconds: fc.nat(3) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(1500) }),
);

describe("the emulator's queue behind its port", () => {
  it('behaves as a plain list that is searched for the first visible message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = new SelfAdvancingClock();
        const queue = new EmulatedQueue({ name: 'work', clock });
        const model = new ModelQueue();
        const held: ReceivedMessage[] = [];
        let sent = 0;
        for (const each of steps) {
          const nowMs = clock.nowMs();
          switch (each.kind) {
            case 'send':
              await queue.send([{ body: `m${sent}`, deliverAtMs: nowMs + each.delayMs }]);
              model.send(`m${sent++}`, nowMs + each.delayMs);
              break;
            case 'receive': {
              const received = await queue.receive({
                maxMessages: each.max,
                waitSeconds: 0,
                visibilitySeconds: each.seconds,
              });
              held.push(...received);
              expect(received.map(({ body, receiveCount }) => [body, receiveCount])).toEqual(
                model.receive(nowMs, each.max, each.seconds * 1000),
              );
              break;
            }
            case 'delete': {
              const message = held[each.which];
              if (message === undefined) break;
              await queue.delete([message.receipt]);
              const index = model.messages.findIndex(({ body }) => body === message.body);
              if (model.messages[index]?.receiveCount === message.receiveCount)
                model.messages.splice(index, 1);
              break;
            }
            case 'hide': {
              const message = held[each.which];
              if (message === undefined) break;
              await queue.changeVisibility([message.receipt], each.seconds);
              const stored = model.messages.find(({ body }) => body === message.body);
              const current = stored?.receiveCount === message.receiveCount && stored.visibleAtMs > nowMs;
              if (current) model.hide(message.body, nowMs + each.seconds * 1000);
              break;
            }
            case 'pass':
              clock.simulation.run(nowMs + each.ms);
              break;
          }
          const times = model.messages.map(({ visibleAtMs }) => visibleAtMs);
          const { visible, delayed, inFlight } = queue.depth();
          expect(visible + delayed + inFlight).toBe(model.messages.length);
          expect(visible).toBe(times.filter((time) => time <= clock.nowMs()).length);
        }
      }),
      { numRuns: 300 },
    );
  });
});
