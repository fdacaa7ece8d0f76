import { describe, expect, it } from 'vitest';
import { consumeQueue } from '#functions/runtime/consumer/consume-queue.ts';
import type { ConsumerOptions } from '#functions/runtime/consumer/consumer-options.ts';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';
import { ServiceError } from '#shared/errors.ts';
import { EmulatedQueue } from '#test/support/emulated-queue.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

interface Fixture {
  readonly clock: SelfAdvancingClock;
  readonly queue: EmulatedQueue;
  readonly stop: AbortController;
  readonly events: string[];
  send(...bodies: readonly string[]): Promise<void>;
  consume(
    handleBatch: ConsumerOptions['handleBatch'],
    queue?: MessageQueue,
    wantsMore?: ConsumerOptions['wantsMore'],
  ): Promise<void>;
}

function fixture(): Fixture {
  const clock = new SelfAdvancingClock();
  const queue = new EmulatedQueue({ name: 'work', clock });
  const stop = new AbortController();
  const events: string[] = [];
  return {
    clock,
    queue,
    stop,
    events,
    send: (...bodies) => queue.send(bodies.map((body) => ({ body, deliverAtMs: 0 }))),
    consume: (handleBatch, consumed = queue, wantsMore = async () => false) =>
      consumeQueue({
        queue: consumed,
        clock,
        handleBatch,
        wantsMore,
        telemetry: { event: (name) => events.push(name) },
        uniform: () => 0.5,
        maxMessages: 10,
        waitSeconds: 20,
        visibilitySeconds: 30,
        signal: stop.signal,
      }),
  };
}

const empty = { visible: 0, delayed: 0, inFlight: 0 };

describe('a queue consumer', () => {
  it('passes every message to the handler and deletes handled messages', async () => {
    const { send, consume, queue, stop } = fixture();
    await send(...Array.from({ length: 25 }, String));
    let handled = 0;
    await consume(async (messages) => {
      handled += messages.length;
      if (handled === 25) stop.abort();
      return [];
    });
    expect(handled).toBe(25);
    expect(queue.depth()).toEqual(empty);
  });

  it('receives waiting messages as one batch while more are wanted, and leaves the rest', async () => {
    const { send, consume, queue, stop } = fixture();
    await send(...Array.from({ length: 45 }, String));
    const sizes: number[] = [];
    const handle: ConsumerOptions['handleBatch'] = async (messages) => {
      sizes.push(messages.length);
      if (sizes.length === 2) stop.abort();
      return [];
    };
    await consume(handle, queue, async (messages) => messages.length < 25);
    expect(sizes).toEqual([30, 15]);
    expect(queue.depth()).toEqual(empty);
  });

  it('handles the received messages when a further receive fails', async () => {
    const { send, consume, queue, stop } = fixture();
    await send(...Array.from({ length: 12 }, String));
    let receives = 0;
    const failing: MessageQueue = {
      name: queue.name,
      send: (messages) => queue.send(messages),
      delete: (receipts) => queue.delete(receipts),
      changeVisibility: (receipts, seconds) => queue.changeVisibility(receipts, seconds),
      receive: (options) => {
        receives += 1;
        if (receives === 2) throw new ServiceError('does not answer.', { retryable: true });
        return queue.receive(options);
      },
    };
    const sizes: number[] = [];
    await consume(
      async (messages) => {
        sizes.push(messages.length);
        if (sizes.length === 2) stop.abort();
        return [];
      },
      failing,
      async () => true,
    );
    expect(sizes).toEqual([10, 2]);
  });

  it('keeps the messages that the handler names, which are delivered again after its delay', async () => {
    const { send, consume, clock, stop, queue } = fixture();
    await send('a', 'b');
    const receives: (readonly [string, number])[] = [];
    await consume(async (messages, redeliver) => {
      for (const { body } of messages) receives.push([body, clock.nowMs()]);
      if (receives.length === 4) stop.abort();
      if (receives.length >= 4) return [];
      const kept = messages.filter(({ body }) => body === 'b');
      for (const message of kept) await redeliver(message, message.receiveCount);
      return kept.map(({ id }) => id);
    });
    expect(receives).toEqual([
      ['a', 0],
      ['b', 0],
      ['b', 1000],
      ['b', 3000],
    ]);
    expect(queue.depth()).toEqual(empty);
  });

  it('takes a handler that throws as the failure of the whole batch, with a growing wait before the next', async () => {
    const { send, consume, stop, events, clock } = fixture();
    await send('a', 'b');
    const calls: (readonly [number, number])[] = [];
    await consume(async (messages) => {
      calls.push([messages.length, clock.nowMs()]);
      if (calls.length < 3) throw new Error('the first times');
      stop.abort();
      return [];
    });
    expect(calls).toEqual([
      [2, 0],
      [2, 500],
      [2, 1500],
    ]);
    expect(events).toEqual(['consumer.batch-failed', 'consumer.batch-failed']);
  });

  it('keeps a message hidden while it is handled', async () => {
    const { send, consume, clock, queue, stop } = fixture();
    await send('a');
    let calls = 0;
    await consume(async () => {
      calls += 1;
      // Lasts ten visibility timeouts; another receiver polls in the meantime.
      await clock.sleepMs(150_000);
      expect(queue.receiveNow(10, 30)).toEqual([]);
      await clock.sleepMs(150_000);
      expect(queue.receiveNow(10, 30)).toEqual([]);
      stop.abort();
      return [];
    });
    expect(calls).toBe(1);
    expect(queue.depth()).toEqual(empty);
  });

  it('lets the handler finish when it is stopped, and returns the messages that were not handled', async () => {
    const { send, consume, clock, queue, stop } = fixture();
    await send('a', 'b');
    await consume(async ([, second], redeliver) => {
      stop.abort();
      await clock.sleepMs(10_000);
      await redeliver(second, 0);
      return [second.id];
    });
    expect(queue.depth()).toEqual({ ...empty, visible: 1 });
  });

  it('waits out a queue that does not answer, and ends for an error that a retry cannot help', async () => {
    const { send, consume, queue, stop, events, clock } = fixture();
    await send('a');
    const outages = Array.from(
      { length: 12 },
      () => new ServiceError('nothing answers there.', { retryable: true }),
    );
    const flaky: MessageQueue = {
      name: 'work',
      send: (messages) => queue.send(messages),
      delete: (receipts) => queue.delete(receipts),
      changeVisibility: (receipts, seconds) => queue.changeVisibility(receipts, seconds),
      receive: async (options) => {
        const outage = outages.pop();
        if (outage !== undefined) throw outage;
        return queue.receive(options);
      },
    };
    let handled = 0;
    await consume(async (messages) => {
      handled += messages.length;
      stop.abort();
      return [];
    }, flaky);
    expect(handled).toBe(1);
    expect(events).toEqual(Array.from({ length: 12 }, () => 'consumer.queue-unreachable'));
    expect(clock.nowMs()).toBeGreaterThan(30_000);

    const gone: MessageQueue = {
      ...flaky,
      receive: () => Promise.reject(new ServiceError('the queue does not exist.')),
    };
    await expect(fixture().consume(async () => [], gone)).rejects.toThrow('the queue does not exist');
  });

  it('continues when a delete fails: the message is delivered again', async () => {
    const { send, consume, queue, stop, events } = fixture();
    await send('a');
    let deletes = 0;
    let handled = 0;
    const flaky: MessageQueue = {
      name: 'work',
      send: (messages) => queue.send(messages),
      receive: (options) => queue.receive(options),
      changeVisibility: (receipts, seconds) => queue.changeVisibility(receipts, seconds),
      delete: async (receipts) => {
        deletes += 1;
        if (deletes === 1) throw new ServiceError('the connection was lost.', { retryable: true });
        await queue.delete(receipts);
      },
    };
    await consume(async (messages) => {
      handled += messages.length;
      if (handled === 2) stop.abort();
      return [];
    }, flaky);
    expect(events).toEqual(['consumer.not-deleted']);
    expect(queue.depth()).toEqual(empty);
  });
});
