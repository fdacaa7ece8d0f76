import { AirtuneError } from '#shared/errors.ts';
import { QUEUES, queueOf } from '#shared/protocol/functions.ts';
import type { Message } from '#shared/protocol/message.ts';
import type { Failure } from '#shared/protocol/records.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';

/**
 * Stores the failure of the run's epoch when the message that was given up is essential. Without another
 * message, the round only loses that device.
 */
export async function endRunWithout(store: RunStore, message: Message, error: unknown): Promise<void> {
  if (!QUEUES[queueOf(message.kind)].essential) return;
  await store.failure(message.run, message.epoch).decide(failureWithout(message, error));
}

/** The failure of a run that cannot go on without a message. */
export function failureWithout(message: Message, error: unknown): Failure {
  const known = error instanceof AirtuneError;
  const reason = known && error.subject !== undefined ? `${error.subject}: ${error.message}` : textOf(error);
  return {
    epoch: message.epoch,
    kind: known ? error.kind : 'protocol',
    message: `the run cannot go on, because message ${message.kind} of round ${message.round} failed: ${reason}`,
    ...(known && error.remedy !== undefined ? { remedy: error.remedy } : {}),
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
