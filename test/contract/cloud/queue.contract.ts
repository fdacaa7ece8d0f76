import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageQueue, ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { QUEUE_LIMITS } from '#shared/cloud/service-limits.ts';
import { ConfigError, ServiceError } from '#shared/errors.ts';
import {
  bodies,
  CLOCK_GRAIN_MS,
  impatient,
  patient,
  type QueueHarness,
  receipts,
  receiveCount,
  receiveOne,
} from './queue-harness.ts';

/** Contract of the message queue port; every adapter runs it. */
export function queueContract(adapter: string, start: () => Promise<QueueHarness>): void {
  describe.concurrent(`a message queue: ${adapter}`, () => {
    let harness: QueueHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness?.stop());

    const sendNow = (queue: MessageQueue, ...texts: readonly string[]) =>
      queue.send(texts.map((body) => ({ body, deliverAtMs: harness.clock.nowMs() })));

    it('delivers a message with its body, a first receipt and the time it was sent', async () => {
      const queue = await harness.createQueue();
      const before = harness.clock.nowMs();
      await sendNow(queue, 'hello');
      const message = await receiveOne(queue);
      expect(message).toMatchObject({ body: 'hello', receiveCount: 1 });
      expect(message.sentAtMs).toBeGreaterThanOrEqual(before - 1000);
      expect(message.sentAtMs).toBeLessThanOrEqual(harness.clock.nowMs() + 1000);
    });

    it('answers at once with nothing when it is empty and no wait was asked for', async () => {
      const queue = await harness.createQueue();
      expect(await queue.receive(impatient)).toEqual([]);
    });

    it('sends and deletes nothing when given nothing', async () => {
      const queue = await harness.createQueue();
      await queue.send([]);
      await queue.delete([]);
      await queue.changeVisibility([], 0);
      expect(await queue.receive(impatient)).toEqual([]);
    });

    it('takes any number of messages in one call and delivers each once', async () => {
      const queue = await harness.createQueue();
      const sent = Array.from({ length: 37 }, (_, index) => `message ${index}`);
      await sendNow(queue, ...sent);
      const received = await receiveCount(queue, sent.length);
      expect(bodies(received)).toEqual([...sent].sort());
      expect(new Set(received.map((message) => message.id)).size).toBe(sent.length);
      await queue.delete(receipts(received));
      expect(await queue.receive(impatient)).toEqual([]);
    });

    it('never returns more messages than were asked for', async () => {
      const queue = await harness.createQueue();
      await sendNow(queue, ...Array.from({ length: 12 }, (_, index) => `${index}`));
      expect((await queue.receive({ ...impatient, maxMessages: 3 })).length).toBeLessThanOrEqual(3);
      expect((await queue.receive({ ...impatient, maxMessages: 10 })).length).toBeLessThanOrEqual(10);
    });

    it('keeps text of every script and escaped control characters as they are', async () => {
      const queue = await harness.createQueue();
      const body = JSON.stringify({ text: 'naïve – 日本語 – <&>"\'\\ – \u0000\u001f – \r\n\t' });
      await sendNow(queue, body);
      expect((await receiveOne(queue)).body).toBe(body);
    });

    it('carries a message of exactly the largest size, many large ones in one call, and refuses a larger one', async () => {
      const queue = await harness.createQueue();
      const largest = 'x'.repeat(QUEUE_LIMITS.maxMessageBytes);
      await sendNow(queue, largest);
      const message = await receiveOne(queue);
      expect(message.body === largest).toBe(true);
      await queue.delete([message.receipt]);

      const large = Array.from({ length: 5 }, (_, index) => `${index}`.repeat(400_000));
      await sendNow(queue, ...large);
      expect(bodies(await receiveCount(queue, 5)).map((body) => body.length)).toEqual(
        large.map((body) => body.length),
      );
      // Two bytes each in UTF-8, because the limit is in bytes.
      const tooLarge = 'é'.repeat(QUEUE_LIMITS.maxMessageBytes / 2 + 1);
      await expect(sendNow(queue, 'small', tooLarge)).rejects.toThrow(ServiceError);
      await expect(sendNow(queue, '')).rejects.toThrow(ServiceError);
      expect(await queue.receive(impatient)).toEqual([]);
    });

    it('wakes a waiting receiver when a message is sent', async () => {
      const queue = await harness.createQueue();
      const receiving = queue.receive(patient);
      await sendNow(queue, 'wake up');
      expect(bodies(await receiving)).toEqual(['wake up']);
    });

    it('holds a delayed message back until its time, and others overtake it', async () => {
      const queue = await harness.createQueue();
      const deliverAtMs = harness.clock.nowMs() + 2300;
      await queue.send([{ body: 'late', deliverAtMs }]);
      await sendNow(queue, 'early');
      expect((await receiveOne(queue)).body).toBe('early');
      expect((await receiveOne(queue)).body).toBe('late');
      expect(harness.clock.nowMs()).toBeGreaterThanOrEqual(deliverAtMs - harness.earlyMs - CLOCK_GRAIN_MS);
    });

    it('delivers a message whose time has passed at once', async () => {
      const queue = await harness.createQueue();
      await queue.send([{ body: 'overdue', deliverAtMs: harness.clock.nowMs() - 60_000 }]);
      expect(bodies(await queue.receive({ ...patient, waitSeconds: 1 }))).toEqual(['overdue']);
    });

    it('hides a received message, and delivers it again with a higher count when it is not deleted', async () => {
      const queue = await harness.createQueue();
      await sendNow(queue, 'again');
      const first = await receiveOne(queue, 1);
      expect(await queue.receive(impatient)).toEqual([]);
      const second = await receiveOne(queue, 1);
      const third = await receiveOne(queue);
      expect([first, second, third].map((message) => message.receiveCount)).toEqual([1, 2, 3]);
      expect(new Set([first.id, second.id, third.id]).size).toBe(1);
    });

    it('puts a message back at once when its visibility is set to 0', async () => {
      const queue = await harness.createQueue();
      await sendNow(queue, 'not mine');
      const first = await receiveOne(queue);
      await queue.changeVisibility([first.receipt], 0);
      expect(await receiveOne(queue)).toMatchObject({ body: 'not mine', receiveCount: 2 });
    });

    it('extends the visibility timeout of any number of messages, counted from now', async () => {
      const queue = await harness.createQueue();
      await sendNow(queue, ...Array.from({ length: 12 }, (_, index) => `${index}`));
      const held = await receiveCount(queue, 12);
      await queue.changeVisibility(receipts(held), 2);
      const extendedAtMs = harness.clock.nowMs();
      expect(bodies(await receiveCount(queue, 12))).toEqual(bodies(held));
      // Whole seconds, because a server may count the current second.
      expect(harness.clock.nowMs() - extendedAtMs).toBeGreaterThanOrEqual(1000 - CLOCK_GRAIN_MS);
    });

    it('accepts deletes and changes of visibility for messages that no longer exist', async () => {
      const queue = await harness.createQueue();
      await sendNow(queue, 'once');
      const { receipt } = await receiveOne(queue);
      await queue.delete([receipt]);
      await queue.delete([receipt, receipt]);
      await queue.changeVisibility([receipt], 0);
      expect(await queue.receive(impatient)).toEqual([]);
    });

    it('accepts a delete that comes after the visibility timeout', async () => {
      const queue = await harness.createQueue();
      await sendNow(queue, 'slow', 'marker');
      const received = await receiveCount(queue, 2);
      const [slow, marker] = received;
      await queue.changeVisibility(receipts(received), 1);
      // The other message is received again, which shows that the timeout has passed for both.
      await receiveOne(queue);
      await queue.delete([slow?.receipt ?? '', marker?.receipt ?? '']);
    });

    it('moves a message to the dead-letter queue after it was received the agreed number of times', async () => {
      const { queue, deadLetters } = await harness.createQueueWithDeadLetters(2);
      await sendNow(queue, 'poison');
      for (const expected of [1, 2]) {
        const message = await receiveOne(queue);
        expect(message.receiveCount).toBe(expected);
        await queue.changeVisibility([message.receipt], 0);
      }
      expect(await queue.receive({ ...impatient, waitSeconds: 1 })).toEqual([]);
      expect((await receiveOne(deadLetters)).body).toBe('poison');
    });

    it('shares messages among receivers without giving one to two of them', async () => {
      const queue = await harness.createQueue();
      const sent = Array.from({ length: 30 }, (_, index) => `${index}`);
      await sendNow(queue, ...sent);
      const shares = await Promise.all(
        Array.from({ length: 4 }, async () => {
          const share: ReceivedMessage[] = [];
          for (;;) {
            const batch = await queue.receive({ ...impatient, waitSeconds: 1 });
            if (batch.length === 0) return share;
            share.push(...batch);
          }
        }),
      );
      expect(bodies(shares.flat())).toEqual([...sent].sort());
    });

    it('gives up a long poll with nothing when its signal aborts', async () => {
      const queue = await harness.createQueue();
      const stop = new AbortController();
      const receiving = queue.receive({ ...patient, signal: stop.signal });
      setImmediate(() => stop.abort());
      expect(await receiving).toEqual([]);
      expect(await queue.receive({ ...patient, signal: stop.signal })).toEqual([]);
    });

    it('refuses receive options out of range, naming the option', async () => {
      const queue = await harness.createQueue();
      for (const wrong of [
        { maxMessages: 11 },
        { maxMessages: 0 },
        { waitSeconds: 21 },
        { visibilitySeconds: -1 },
      ]) {
        await expect(queue.receive({ ...impatient, ...wrong })).rejects.toThrow(ConfigError);
        await expect(queue.receive({ ...impatient, ...wrong })).rejects.toThrow(Object.keys(wrong)[0]);
      }
    });
  });
}
