import { describe, expect, it } from 'vitest';
import {
  type BatchPolicy,
  type FailedEntry,
  partition,
  requestInBatches,
} from '#shared/cloud/aws/sqs-batches.ts';
import { delaySeconds } from '#shared/cloud/aws/sqs-queue.ts';
import { QUEUE_LIMITS } from '#shared/cloud/service-limits.ts';
import { ServiceError } from '#shared/errors.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

function policy(
  request: (batch: readonly string[]) => Promise<readonly FailedEntry[]>,
  ignoredCodes: readonly string[] = [],
): BatchPolicy<string> {
  return {
    subject: 'queue work at http://example',
    backoff: { clock: new SelfAdvancingClock(), uniform: () => 0.5, baseMs: 50, capMs: 5000 },
    maxBatchBytes: QUEUE_LIMITS.maxMessageBytes,
    sizeOf: (item) => item.length,
    ignoredCodes,
    request,
    toError: (error) => new ServiceError(String(error), { retryable: true }),
  };
}

const failure = (index: number, Code: string, SenderFault: boolean): FailedEntry => ({
  Id: String(index),
  Code,
  SenderFault,
});

describe('batches of a queue', () => {
  it('hold at most 10 entries and 1 MiB, every item once and in order', () => {
    const sizes = [
      1,
      600_000,
      600_000,
      400_000,
      48_576,
      1,
      QUEUE_LIMITS.maxMessageBytes,
      ...Array(23).fill(5),
    ];
    const batches = [...partition(sizes, (size) => size, QUEUE_LIMITS.maxMessageBytes)];
    expect(batches.flat()).toEqual(sizes);
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(10);
      expect(batch.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(QUEUE_LIMITS.maxMessageBytes);
    }
    expect(batches.map((batch) => batch.length)).toEqual([2, 3, 1, 1, 10, 10, 3]);
  });

  it('are sent again without the entries that went through', async () => {
    const sent: (readonly string[])[] = [];
    await requestInBatches(
      ['a', 'b', 'c'],
      policy(async (batch) => {
        sent.push(batch);
        if (sent.length === 1)
          return [failure(0, 'InternalError', false), failure(2, 'InternalError', false)];
        return sent.length === 2 ? [failure(1, 'RequestThrottled', false)] : [];
      }),
    );
    expect(sent).toEqual([['a', 'b', 'c'], ['a', 'c'], ['c']]);
  });

  it('are sent again as a whole after a lost connection', async () => {
    let requests = 0;
    await requestInBatches(
      ['a'],
      policy(async () => {
        requests += 1;
        if (requests < 3) throw new Error('ECONNRESET');
        return [];
      }),
    );
    expect(requests).toBe(3);
  });

  it('fail at once for an entry that is at fault itself, naming queue and reason', async () => {
    let requests = 0;
    const sending = requestInBatches(
      ['a', 'b'],
      policy(async () => {
        requests += 1;
        return [failure(0, 'InternalError', false), failure(1, 'InvalidMessageContents', true)];
      }),
    );
    await expect(sending).rejects.toMatchObject({ retryable: false });
    await expect(sending).rejects.toThrow(/InvalidMessageContents/);
    expect(requests).toBe(1);
  });

  it('fail after a bounded number of attempts, and a retry of the caller may help', async () => {
    const sending = requestInBatches(
      ['a'],
      policy(async () => [failure(0, 'InternalError', false)]),
    );
    await expect(sending).rejects.toMatchObject({ name: 'ServiceError', retryable: true });
  });

  it('take certain failures as done', async () => {
    await requestInBatches(
      ['gone'],
      policy(async () => [failure(0, 'ReceiptHandleIsInvalid', true)], ['ReceiptHandleIsInvalid']),
    );
  });
});

describe('the delay given to SQS', () => {
  it.each([
    [-5000, 0],
    [0, 0],
    [999, 0],
    [1000, 1],
    [59_999, 59],
    [900_000, 900],
    [10_000_000, 900],
  ])('of %i ms is %i s', (delayMs, seconds) => {
    expect(delaySeconds(delayMs)).toBe(seconds);
  });
});
