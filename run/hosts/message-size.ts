import { ConfigError } from '#shared/errors.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';

/**
 * Space for the parts of a message beside its payload: headers, timeline, names and shapes of tensors
 * [bytes].
 */
const BESIDE_PAYLOAD_BYTES = 16_384;

/** Upper bound of a run's largest message: its largest inline payload in base64, plus headers [bytes]. */
export function largestMessageBytes({ payloadBits, config }: RunRecord): number {
  const largest = Math.max(payloadBits.features, payloadBits.gradients) / 8;
  const inlineBytes = Math.min(config.transport.inlineBytes, largest);
  return Math.ceil(inlineBytes / 3) * 4 + BESIDE_PAYLOAD_BYTES;
}

/**
 * Checks the size of a run's messages.
 *
 * @throws ConfigError if they may exceed the limit of an endpoint's queues
 */
export function requireMessagesFit(record: RunRecord, endpoint: string, maxMessageBytes: number): void {
  const neededBytes = largestMessageBytes(record);
  if (neededBytes <= maxMessageBytes) return;
  const fitting = Math.floor(((maxMessageBytes - BESIDE_PAYLOAD_BYTES) / 4) * 3);
  throw new ConfigError(
    `accepts messages of up to ${maxMessageBytes} bytes; this run may send ${neededBytes} bytes.`,
    { subject: endpoint, remedy: `Start the run with --set transport.inlineBytes=${fitting}.` },
  );
}
