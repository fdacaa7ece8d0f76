import { expect, it } from 'vitest';
import { withRetryDelays } from '#functions/runtime/retry-later.ts';
import { sqsEvent } from '#functions/runtime/sqs-event.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

const message = (id: string, receiveCount: number) => ({
  id,
  receipt: `receipt of ${id}`,
  body: '',
  receiveCount,
  sentAtMs: 0,
});
const event = sqsEvent('device', [message('good', 1), message('bad', 1), message('worse', 4)]);
const context = { getRemainingTimeInMillis: () => 1000 };
const backoff = { clock: new SelfAdvancingClock(), uniform: () => 0.99, baseMs: 1000, capMs: 60_000 };
const failing = async () => ({
  batchItemFailures: [{ itemIdentifier: 'bad' }, { itemIdentifier: 'worse' }],
});

it('hides failed messages the longer the more often they failed, and no others', async () => {
  const hidden: [string, number][] = [];
  const queue = {
    changeVisibility: async (receipts: readonly string[], seconds: number) => {
      for (const receipt of receipts) hidden.push([receipt, seconds]);
    },
  };
  const response = await withRetryDelays(failing, queue, backoff)(event, context);
  expect(response).toEqual(await failing());
  expect(hidden).toEqual([
    ['receipt of bad', 1],
    ['receipt of worse', 8],
  ]);
});

it('reports the failures all the same when the queue does not answer', async () => {
  const queue = { changeVisibility: () => Promise.reject(new Error('away')) };
  expect(await withRetryDelays(failing, queue, backoff)(event, context)).toEqual(await failing());
});
