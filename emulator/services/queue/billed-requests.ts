import { BATCH_ENTRIES } from './send-timing.ts';

/**
 * The payload of one action that is billed as one request [bytes]. "Amazon SQS pricing": every 64 KB chunk of
 * a payload is billed as one request.
 */
const CHUNK_BYTES = 65_536;

/** Number of requests that are billed for one action with this payload. */
export function billedRequests(payloadBytes: number): number {
  return Math.max(1, Math.ceil(payloadBytes / CHUNK_BYTES));
}

/** Number of requests that are billed for sending messages of this size, in batches of ten. */
export function billedSends(messages: number, bytesOfEach: number): number {
  const full = Math.floor(messages / BATCH_ENTRIES);
  const rest = messages - full * BATCH_ENTRIES;
  return (
    full * billedRequests(BATCH_ENTRIES * bytesOfEach) + (rest === 0 ? 0 : billedRequests(rest * bytesOfEach))
  );
}
