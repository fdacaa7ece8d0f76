import type { QueueParameters } from '#emulator/parameters/queue-parameters.ts';

/** Entries of one send or delete request ("Amazon SQS Developer Guide": batch actions). */
export const BATCH_ENTRIES = 10;

/**
 * Time from a `send` call until its message at `index` is stored [ms]. Messages are sent in batches of ten,
 * with `sendsInParallel` requests in flight; the next requests are sent when these have completed.
 */
export function storedAfterMs(index: number, parameters: QueueParameters): number {
  const wave = Math.floor(index / (BATCH_ENTRIES * parameters.sendsInParallel));
  return (wave + 1) * parameters.sendLatencyMs;
}

/** Duration of a `send` call with this many messages [ms]. */
export function sendDurationMs(count: number, parameters: QueueParameters): number {
  return count === 0 ? 0 : storedAfterMs(count - 1, parameters);
}
