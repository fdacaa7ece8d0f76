import type { QueueParameters } from '#emulator/parameters/queue-parameters.ts';

/** Entries of one send or delete request ("Amazon SQS Developer Guide": batch actions). */
export const BATCH_ENTRIES = 10;

/**
 * When the message at `index` of one call of `send` is stored, milliseconds after the call: batches of ten, as many
 * requests in the air as the sender keeps, the next one sent when one is answered.
 */
export function storedAfterMs(index: number, parameters: QueueParameters): number {
  const wave = Math.floor(index / (BATCH_ENTRIES * parameters.sendsInParallel));
  return (wave + 1) * parameters.sendLatencyMs;
}

/** How long a call of `send` with this many messages takes, milliseconds. */
export function sendDurationMs(count: number, parameters: QueueParameters): number {
  return count === 0 ? 0 : storedAfterMs(count - 1, parameters);
}
