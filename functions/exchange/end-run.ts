import { AirtuneError } from '#shared/errors.ts';
import type { Message, MessageKind } from '#shared/protocol/message.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';

/**
 * Messages that a run cannot continue without. When another message is given up, the round only loses that
 * device.
 */
const ESSENTIAL: ReadonlySet<MessageKind> = new Set([
  'round.start',
  'round.closed',
  'encoder.close-round',
  'evaluate',
]);

/** Stores the failure of the run's epoch when the message that was given up is essential. */
export async function endRunWithout(store: RunStore, message: Message, error: unknown): Promise<void> {
  if (!ESSENTIAL.has(message.kind)) return;
  const known = error instanceof AirtuneError;
  const reason = known && error.subject !== undefined ? `${error.subject}: ${error.message}` : textOf(error);
  await store.failure(message.run, message.epoch).decide({
    epoch: message.epoch,
    kind: known ? error.kind : 'protocol',
    message: `the run cannot go on, because message ${message.kind} of round ${message.round} failed: ${reason}`,
    ...(known && error.remedy !== undefined ? { remedy: error.remedy } : {}),
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
