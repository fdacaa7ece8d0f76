import { AirtuneError } from '#shared/errors.ts';
import type { Message, MessageKind } from '#shared/protocol/message.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';

/** Messages without which a run does not go on. A device's message that is given up only costs the round that device. */
const ESSENTIAL: ReadonlySet<MessageKind> = new Set([
  'round.start',
  'round.closed',
  'encoder.close-round',
  'evaluate',
]);

/** Stores the reason why the run's epoch cannot go on, where the message that was given up is an essential one. */
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
