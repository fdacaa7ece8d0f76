import { expect, it } from 'vitest';
import { type BatchContext, type BatchWork, createBatchHandler } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { logTelemetry } from '#shared/cloud/node/log-telemetry.ts';
import { ServiceError } from '#shared/errors.ts';
import { byQueue } from '#shared/protocol/functions.ts';
import { type Message, PROTOCOL_VERSION } from '#shared/protocol/message.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

const work = { stage: 'forward', flops: 1, items: 1 } as const;
const context: BatchContext = { remainingMs: () => 60_000, coldStartMs: 0, redeliver: async () => {} };
const nowhere = { send: async () => {} };

/** Batches of one function, and the records that it logs. */
function loggingFunction(create: (ports: FunctionPorts) => BatchWork) {
  const records: Record<string, unknown>[] = [];
  const clock = new SelfAdvancingClock();
  const ports: FunctionPorts = {
    queues: byQueue(() => nowhere),
    deadLetters: byQueue(() => nowhere),
    objects: new MemoryObjectStore(),
    clock,
    telemetry: logTelemetry(clock, 'process', (line) => records.push(JSON.parse(line))),
  };
  const settings = { queue: 'scheduler', maxReceives: 3, reserveMs: 0, uniform: () => 0.5 } as const;
  return { handle: createBatchHandler(settings, ports, create(ports)), records };
}

function starting(...rounds: readonly [run: string, round: number][]) {
  const messages = rounds.map(([run, round]): Message => {
    const traceId = roundTraceId(run, round);
    return {
      version: PROTOCOL_VERSION,
      kind: 'round.start',
      run,
      round,
      epoch: 0,
      traceId,
      deliverAtMs: 0,
      delayMs: 0,
    };
  });
  return messages.map((message, index) => {
    const id = String(index);
    return { id, receipt: id, body: JSON.stringify(message), receiveCount: 1, sentAtMs: 0 };
  });
}

const traceFields = (run: string, round: number) => ({
  function: 'scheduler',
  run,
  round,
  traceId: roundTraceId(run, round),
});

it('adds run, round and trace of the handled message to every record of its handling', async () => {
  const { handle, records } = loggingFunction(({ telemetry }) => ({
    async handle() {
      await telemetry.measure(work, async () => telemetry.event('inside', {}));
      telemetry.event('late', { device: 4 });
    },
  }));
  await handle(starting(['run-a', 0], ['run-b', 7]), context);
  expect(records).toMatchObject([
    { event: 'inside', ...traceFields('run-a', 0) },
    { event: 'work', stage: 'forward', ...traceFields('run-a', 0) },
    { event: 'late', device: 4, ...traceFields('run-a', 0) },
    { event: 'inside', ...traceFields('run-b', 7) },
    { event: 'work', stage: 'forward', ...traceFields('run-b', 7) },
    { event: 'late', device: 4, ...traceFields('run-b', 7) },
  ]);
});

it('says of a failure whose round it was, in the batch and after it', async () => {
  const away = () => Promise.reject(new ServiceError('away', { retryable: true }));
  const failing = loggingFunction(() => ({ handle: away }));
  await failing.handle(starting(['run-a', 0], ['run-b', 7]), context);
  const finishing = loggingFunction(() => ({ handle: async () => {}, finish: away }));
  await finishing.handle(starting(['run-a', 0], ['run-b', 7]), context);
  for (const { records } of [failing, finishing]) {
    expect(records).toMatchObject([
      { event: 'message-failed', ...traceFields('run-a', 0) },
      { event: 'message-failed', ...traceFields('run-b', 7) },
    ]);
  }
});

it('keeps batches that one process works on beside each other apart', async () => {
  const bothBegun = Promise.withResolvers<void>();
  let begun = 0;
  const { handle, records } = loggingFunction(({ telemetry }) => ({
    async handle({ run }) {
      begun += 1;
      if (begun === 2) bothBegun.resolve();
      await bothBegun.promise;
      telemetry.event('done', { of: run });
    },
  }));
  await Promise.all([handle(starting(['run-a', 1]), context), handle(starting(['run-b', 2]), context)]);
  expect(records).toHaveLength(2);
  expect(records).toMatchObject([
    { of: 'run-a', ...traceFields('run-a', 1) },
    { of: 'run-b', ...traceFields('run-b', 2) },
  ]);
});

it('adds no trace of a message to later records', async () => {
  const { handle, records } = loggingFunction(() => ({ handle: async () => {} }));
  await handle(starting(['run-a', 0]), context);
  const unreadable = { id: '0', receipt: '0', body: 'no message', receiveCount: 1, sentAtMs: 0 };
  await handle([unreadable], context);
  expect(records).toMatchObject([{ event: 'message-failed', permanent: true }]);
  expect(records[0]).not.toHaveProperty('traceId');
});
