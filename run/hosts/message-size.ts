import { ConfigError } from '#shared/errors.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';

/** Room for everything in a message but its payload: headers, timeline, and the names and shapes of tensors. [bytes] */
const BESIDE_PAYLOAD_BYTES = 16_384;

/** An upper limit for the largest message of a run: its largest inline payload, in base64, and headers. [bytes] */
export function largestMessageBytes({ payloadBits, config }: RunRecord): number {
  const largest = Math.max(payloadBits.features, payloadBits.gradients) / 8;
  const inlineBytes = Math.min(config.transport.inlineBytes, largest);
  return Math.ceil(inlineBytes / 3) * 4 + BESIDE_PAYLOAD_BYTES;
}

/** Throws a ConfigError when a run's messages may be larger than an endpoint's queues take. */
export function requireMessagesFit(record: RunRecord, endpoint: string, maxMessageBytes: number): void {
  const neededBytes = largestMessageBytes(record);
  if (neededBytes <= maxMessageBytes) return;
  const fitting = Math.floor(((maxMessageBytes - BESIDE_PAYLOAD_BYTES) / 4) * 3);
  throw new ConfigError(
    `takes messages of ${maxMessageBytes} bytes at most, and this run may send ${neededBytes}.`,
    { subject: endpoint, remedy: `Start the run with --set transport.inlineBytes=${fitting}.` },
  );
}
