import { describe, expect, it } from 'vitest';
import { type BatchContext, type BatchWork, createBatchHandler } from '#functions/runtime/batch-handler.ts';
import { parseDeadLetter } from '#functions/runtime/dead-letter.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import type { RecordFields } from '#shared/cloud/ports/telemetry.ts';
import { OutputError, ProtocolError, ServiceError } from '#shared/errors.ts';
import { byQueue } from '#shared/protocol/functions.ts';
import { type Message, PROTOCOL_VERSION } from '#shared/protocol/message.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

/** A received message that starts round `round`, whose number is also its id. */
function received(round: number, deliverAtMs = 0, receiveCount = 1): ReceivedMessage {
  const message: Message = {
    version: PROTOCOL_VERSION,
    kind: 'round.start',
    run: 'run',
    round,
    epoch: 0,
    traceId: roundTraceId('run', round),
    deliverAtMs,
    delayMs: 10_000,
  };
  return {
    id: String(round),
    receipt: `receipt ${round}`,
    body: JSON.stringify(message),
    receiveCount,
    sentAtMs: 0,
  };
}

/** A handler of this work, and its calls for unfinished messages. */
function fixture(work: BatchWork, changes: Partial<BatchContext> = {}) {
  const clock = new SelfAdvancingClock();
  const dead: { readonly reason: string; readonly receives: number }[] = [];
  const redelivered: (readonly [string, number])[] = [];
  const events: (readonly [string, RecordFields])[] = [];
  const nowhere = { send: async () => {} };
  const deadLetters = {
    async send(messages: readonly { readonly body: string }[]) {
      for (const { body } of messages) dead.push(parseDeadLetter(body));
    },
  };
  const ports: FunctionPorts = {
    queues: byQueue(() => nowhere),
    deadLetters: byQueue(() => deadLetters),
    objects: new MemoryObjectStore(),
    clock,
    telemetry: {
      within: (_fields, task) => task(),
      measure: async (_work, task) => ({ result: await task(), elapsedMs: 0 }),
      event: (name, fields) => events.push([name, fields]),
    },
  };
  const settings = { queue: 'scheduler', maxReceives: 3, reserveMs: 1000, uniform: () => 0.5 } as const;
  const context: BatchContext = {
    remainingMs: () => 60_000,
    coldStartMs: 0,
    redeliver: async ({ id }, afterSeconds) => {
      redelivered.push([id, afterSeconds]);
    },
    ...changes,
  };
  const handler = createBatchHandler(settings, ports, work);
  const handle = (messages: readonly ReceivedMessage[]) => handler(messages, context);
  return { handle, clock, dead, redelivered, events, ports, settings };
}

const away = () => Promise.reject(new ServiceError('does not answer.', { retryable: true }));

describe('a message that fails', () => {
  it('is retried after a time that doubles with its receives, and is a dead letter after the last', async () => {
    const { handle, dead, redelivered } = fixture({ handle: away });
    expect(await handle([received(0, 0, 1), received(1, 0, 2), received(2, 0, 3)])).toEqual(['0', '1']);
    expect(redelivered).toEqual([
      ['0', 0.5],
      ['1', 1],
    ]);
    expect(dead).toMatchObject([{ reason: expect.stringContaining('does not answer'), receives: 3 }]);
  });

  it('is a dead letter at once when another receive cannot mend it', async () => {
    const { handle, dead, redelivered, events } = fixture({
      handle: () => Promise.reject(new ProtocolError('is for nobody.')),
    });
    const unreadable = { ...received(1), body: 'no message' };
    expect(await handle([received(0), unreadable])).toEqual([]);
    expect(redelivered).toEqual([]);
    expect(dead).toHaveLength(2);
    expect(events).toMatchObject([
      ['message-failed', { permanent: true, messageId: '1' }],
      ['message-failed', { permanent: true, messageId: '0' }],
    ]);
  });

  it('becomes a dead letter at once in a queue that is not for its kind, from any sender', async () => {
    const { dead, ports, settings } = fixture({ handle: away });
    const other = createBatchHandler({ ...settings, queue: 'encoder' }, ports, { handle: away });
    const context = { remainingMs: () => 60_000, coldStartMs: 0, redeliver: async () => {} };
    expect(await other([received(0)], context)).toEqual([]);
    expect(dead).toEqual([
      expect.objectContaining({ reason: 'message: round.start is not for queue encoder.', receives: 1 }),
    ]);
  });

  it('is retried when it cannot become a dead letter', async () => {
    const { handle, ports, settings } = fixture({ handle: away });
    const work: BatchWork = { handle: () => Promise.reject(new ProtocolError('is for nobody.')) };
    const noDeadLetters = { send: away };
    const deadLetters = byQueue(() => noDeadLetters);
    const stubborn = createBatchHandler(settings, { ...ports, deadLetters }, work);
    const context = { remainingMs: () => 60_000, coldStartMs: 0, redeliver: async () => {} };
    expect(await stubborn([received(0)], context)).toEqual(['0']);
    expect(await handle([])).toEqual([]);
  });

  it('leaves the others of its batch done', async () => {
    const { handle } = fixture({ handle: ({ round }) => (round === 1 ? away() : Promise.resolve()) });
    expect(await handle([received(0), received(1), received(2)])).toEqual(['1']);
  });

  it('fails with the whole batch when the disk is full', async () => {
    const full = new OutputError('no space is left.');
    await expect(fixture({ handle: () => Promise.reject(full) }).handle([received(0)])).rejects.toBe(full);
  });
});

describe('messages of one batch', () => {
  it('are handled in one call where the work can, the others one by one, all in the order of their due times', async () => {
    const calls: (number | readonly number[])[] = [];
    const { handle, clock } = fixture({
      async handleBatched(messages) {
        calls.push(messages.map(({ round }) => round));
        return new Set(messages.filter(({ round }) => round !== 2));
      },
      handle: async ({ round }) => {
        calls.push(round);
      },
      finish: async (messages) => {
        calls.push(messages.map(({ round }) => -round));
      },
    });
    await clock.sleepMs(10);
    expect(await handle([received(3, 3), received(2, 2), received(1, 1)])).toEqual([]);
    expect(calls).toEqual([[1, 2, 3], 2, [-1, -2, -3]]);
  });

  it('are all retried when finishing them fails', async () => {
    const { handle, redelivered } = fixture({ handle: async () => {}, finish: away });
    expect(await handle([received(0), received(1)])).toEqual(['0', '1']);
    expect(redelivered).toHaveLength(2);
  });

  it('are put back at once where there is no time left to begin them', async () => {
    let leftMs = 1500;
    const { handle, redelivered } = fixture(
      {
        handle: async () => {
          leftMs -= 1000;
        },
      },
      { remainingMs: () => leftMs },
    );
    expect(await handle([received(0), received(1), received(2)])).toEqual(['1', '2']);
    expect(redelivered).toEqual([
      ['1', 0],
      ['2', 0],
    ]);
  });
});

describe('a message that is not due', () => {
  it('is waited for when it is due soon, after the due messages are finished', async () => {
    const seen: (readonly [string, number])[] = [];
    const { handle, clock } = fixture({
      handle: async ({ round }) => {
        seen.push([`handle ${round}`, clock.nowMs()]);
      },
      finish: async () => {
        seen.push(['finish', clock.nowMs()]);
      },
    });
    expect(await handle([received(0, 1500), received(1, 0)])).toEqual([]);
    expect(seen).toEqual([
      ['handle 1', 0],
      ['finish', 0],
      ['handle 0', 1500],
      ['finish', 1500],
    ]);
  });

  it('is deferred when it is due later, which is no failure', async () => {
    const { handle, redelivered, events, dead } = fixture({ handle: async () => {} });
    expect(await handle([received(0, 5999, 3), received(1)])).toEqual(['0']);
    expect(redelivered).toEqual([['0', 5]]);
    expect([events, dead]).toEqual([[], []]);
  });

  it('is put back at once when the receiver stops', async () => {
    const stop = new AbortController();
    const { handle, clock, redelivered } = fixture({ handle: async () => {} }, { signal: stop.signal });
    const handling = handle([received(0, 1400)]);
    await clock.sleepMs(700);
    stop.abort();
    expect(await handling).toEqual(['0']);
    expect(redelivered).toEqual([['0', 0]]);
    expect(clock.nowMs()).toBe(700);
  });
});
