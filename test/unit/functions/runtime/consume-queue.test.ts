import { describe, expect, it } from 'vitest';
import { consumeQueue } from '#functions/runtime/consumer/consume-queue.ts';
import type { ConsumerOptions } from '#functions/runtime/consumer/consumer-options.ts';
import { MemoryQueue } from '#shared/cloud/memory/memory-queue.ts';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';
import { ServiceError } from '#shared/errors.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

interface Fixture {
  readonly clock: SelfAdvancingClock;
  readonly queue: MemoryQueue;
  readonly deadLetters: MemoryQueue;
  readonly stop: AbortController;
  readonly events: string[];
  /** Sends messages that are named after when they are due, in seconds, and after an order. */
  send(...dueSeconds: readonly number[]): Promise<void>;
  consume(
    handleBatch: ConsumerOptions['handleBatch'],
    queue?: MessageQueue,
    wantsMore?: ConsumerOptions['wantsMore'],
  ): Promise<void>;
}

function fixture(): Fixture {
  const clock = new SelfAdvancingClock();
  const deadLetters = new MemoryQueue({ name: 'dead-letters', clock });
  const queue = new MemoryQueue({
    name: 'work',
    clock,
    deadLetter: { queue: deadLetters, maxReceiveCount: 3 },
  });
  const stop = new AbortController();
  const events: string[] = [];
  return {
    clock,
    queue,
    deadLetters,
    stop,
    events,
    // As SQS would: visible from the start of the second, due within it.
    send: (...dueSeconds) =>
      queue.send(
        dueSeconds.map((due) => ({ body: String(due), deliverAtMs: Math.min(Math.floor(due), 900) * 1000 })),
      ),
    consume: (handleBatch, consumed = queue, wantsMore = async () => false) =>
      consumeQueue({
        queue: consumed,
        clock,
        handleBatch,
        wantsMore,
        telemetry: { event: (name) => events.push(name) },
        uniform: () => 0.5,
        deliverAtMs: ({ body }) => Number(body) * 1000,
        maxMessages: 10,
        waitSeconds: 20,
        visibilitySeconds: 30,
        signal: stop.signal,
      }),
  };
}

const empty = { visible: 0, delayed: 0, inFlight: 0 };

describe('a queue consumer', () => {
  it('hands every message over and deletes what was handled', async () => {
    const { send, consume, queue, stop } = fixture();
    await send(...Array.from({ length: 25 }, () => 0));
    let handled = 0;
    await consume(async (messages) => {
      handled += messages.length;
      if (handled === 25) stop.abort();
      return [];
    });
    expect(handled).toBe(25);
    expect(queue.depth()).toEqual(empty);
  });

  it('takes what waits as one batch as long as more is wanted, and leaves the rest', async () => {
    const { send, consume, queue, stop } = fixture();
    await send(...Array.from({ length: 45 }, () => 0));
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

  it('works on what it has when taking more fails', async () => {
    const { send, consume, queue, stop } = fixture();
    await send(...Array.from({ length: 12 }, () => 0));
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

  it('never hands a message over before it is due, and the due ones do not wait for the others', async () => {
    const { send, consume, clock, stop, queue } = fixture();
    await send(0, 1.5, 0.2, 0.9);
    const seen: (readonly [string, number])[] = [];
    await consume(async (messages) => {
      for (const { body } of messages) seen.push([body, clock.nowMs()]);
      if (seen.length === 4) stop.abort();
      return [];
    });
    expect(seen).toEqual([
      ['0', 0],
      ['0.2', 200],
      ['0.9', 900],
      ['1.5', 1500],
    ]);
    expect(queue.depth()).toEqual(empty);
  });

  it('puts a message with a delay that no queue can express back until it is due', async () => {
    const { send, consume, clock, stop } = fixture();
    await send(5000.25);
    await consume(async () => {
      stop.abort();
      return [];
    });
    expect(clock.nowMs()).toBe(5_000_250);
  });

  it('returns what failed to the queue with a growing wait, until it is a dead letter', async () => {
    const { send, consume, clock, stop, queue, deadLetters } = fixture();
    await send(0, 0);
    const attempts: (readonly [string, number])[] = [];
    const consuming = consume(async (messages) => {
      for (const { id } of messages) attempts.push([id, clock.nowMs()]);
      return ['work-2'];
    });
    const [dead] = await deadLetters.receive({ maxMessages: 1, waitSeconds: 20, visibilitySeconds: 1 });
    stop.abort();
    await consuming;
    expect(dead?.id).toBe('work-2');
    expect(attempts).toEqual([
      ['work-1', 0],
      ['work-2', 0],
      ['work-2', 500],
      ['work-2', 1500],
    ]);
    expect(queue.depth()).toEqual(empty);
  });

  it('takes a handler that throws as the failure of the whole batch, and goes on', async () => {
    const { send, consume, stop, events } = fixture();
    await send(0, 0);
    let calls = 0;
    let handled = 0;
    await consume(async (messages) => {
      calls += 1;
      if (calls === 1) throw new Error('the first time');
      handled += messages.length;
      if (handled === 2) stop.abort();
      return [];
    });
    expect(handled).toBe(2);
    expect(events).toEqual(['consumer.batch-failed']);
  });

  it('keeps a message hidden for as long as it is worked on', async () => {
    const { send, consume, clock, queue, stop } = fixture();
    await send(0);
    let calls = 0;
    await consume(async () => {
      calls += 1;
      // Ten visibility timeouts; another receiver looks in the meantime.
      await clock.sleepUntilMs(150_000);
      expect(queue.takeVisible(10, 30)).toEqual([]);
      await clock.sleepUntilMs(300_000);
      expect(queue.takeVisible(10, 30)).toEqual([]);
      stop.abort();
      return [];
    });
    expect(calls).toBe(1);
    expect(queue.depth()).toEqual(empty);
  });

  it('puts what it waits for back at once when it is stopped', async () => {
    const { send, consume, clock, queue, stop } = fixture();
    await send(1.9);
    const consuming = consume(async () => {
      throw new Error('must not be reached');
    });
    await clock.sleepUntilMs(1200);
    stop.abort();
    await consuming;
    expect(clock.nowMs()).toBeLessThan(1900);
    expect(queue.depth()).toEqual({ ...empty, visible: 1 });
  });

  it('lets the handler finish when it is stopped, and puts back what the handler gave up', async () => {
    const { send, consume, clock, queue, stop } = fixture();
    await send(0, 0);
    await consume(async (messages, signal) => {
      stop.abort();
      expect(signal.aborted).toBe(true);
      await clock.sleepUntilMs(10_000);
      return messages.slice(1).map(({ id }) => id);
    });
    expect(queue.depth()).toEqual({ ...empty, visible: 1 });
  });

  it('waits out a queue that does not answer, and ends for an error that a retry cannot help', async () => {
    const { send, consume, queue, stop, events, clock } = fixture();
    await send(0);
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

  it('goes on when a delete fails: the message comes again', async () => {
    const { send, consume, queue, stop, events } = fixture();
    await send(0);
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
