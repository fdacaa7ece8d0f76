import { type Backoff, sleepBeforeRetry, withRetries } from '#shared/cloud/backoff.ts';
import { QUEUE_LIMITS } from '#shared/cloud/service-limits.ts';
import { type AirtuneError, ServiceError } from '#shared/errors.ts';

/** One entry of a batch request that the service did not carry out. */
export interface FailedEntry {
  readonly Id: string | undefined;
  readonly Code: string | undefined;
  readonly Message?: string | undefined;
  /** True when the request was at fault: sending it again cannot help. */
  readonly SenderFault: boolean | undefined;
}

export interface BatchPolicy<Item> {
  /** The queue and its endpoint, as errors name them. */
  readonly subject: string;
  readonly backoff: Backoff;
  /** The part of the batch's size limit that an item takes, bytes. */
  readonly sizeOf: (item: Item) => number;
  readonly maxBatchBytes: number;
  /** Error codes of entries that count as done. */
  readonly ignoredCodes: readonly string[];
  /** Sends one batch; each item's id is its index in it. */
  readonly request: (batch: readonly Item[]) => Promise<readonly FailedEntry[]>;
  readonly toError: (error: unknown) => AirtuneError;
}

const PARALLEL_BATCHES = 4;
const ATTEMPTS = 8;

/**
 * Carries out a request for any number of items in batches of at most 10 entries and `maxBatchBytes`, a few at once. Entries
 * that fail for a while only are sent again with jitter. Throws a ServiceError when any is left.
 */
export async function requestInBatches<Item>(
  items: readonly Item[],
  policy: BatchPolicy<Item>,
): Promise<void> {
  const batches = partition(items, policy.sizeOf, policy.maxBatchBytes)[Symbol.iterator]();
  const lane = async () => {
    for (const batch of batches) await requestUntilDone(batch, policy);
  };
  const lanes = Array.from({ length: Math.min(PARALLEL_BATCHES, items.length) }, lane);
  const outcomes = await Promise.allSettled(lanes);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** Consecutive items in groups of at most 10 and at most this many bytes. */
export function* partition<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  maxBatchBytes: number,
): Generator<readonly Item[], undefined> {
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const full = batch.length === QUEUE_LIMITS.maxBatchEntries || bytes + size > maxBatchBytes;
    if (full && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function requestUntilDone<Item>(first: readonly Item[], policy: BatchPolicy<Item>): Promise<void> {
  let batch = first;
  for (let attempt = 1; ; attempt++) {
    const failed = await withRetries(policy.backoff, ATTEMPTS, () => attemptBatch(batch, policy));
    const left = failed.filter((entry) => !policy.ignoredCodes.includes(entry.Code ?? ''));
    const [entry] = left;
    if (entry === undefined) return;
    const fault = left.find((candidate) => candidate.SenderFault === true);
    if (fault !== undefined || attempt >= ATTEMPTS)
      throw entryError(policy.subject, fault ?? entry, left.length);
    batch = batch.filter((_item, index) => left.some((candidate) => candidate.Id === String(index)));
    await sleepBeforeRetry(policy.backoff, attempt);
  }
}

async function attemptBatch<Item>(
  batch: readonly Item[],
  policy: BatchPolicy<Item>,
): Promise<readonly FailedEntry[]> {
  try {
    return await policy.request(batch);
  } catch (error) {
    throw policy.toError(error);
  }
}

function entryError(subject: string, entry: FailedEntry, count: number): ServiceError {
  const reason = [entry.Code, entry.Message].filter((part) => part !== undefined && part !== '').join(': ');
  return new ServiceError(`${count} ${count === 1 ? 'entry' : 'entries'} of a batch failed (${reason}).`, {
    subject,
    remedy: entry.SenderFault === true ? 'Correct the message.' : 'Try again.',
    retryable: entry.SenderFault !== true,
  });
}
