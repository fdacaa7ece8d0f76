import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProtocolError } from '#shared/errors.ts';
import type { Message } from './message.ts';
import type { RunRecord } from './run-record.ts';

/** The parts of a run record that a seal is made with. */
export type SealingRecord = Pick<RunRecord, 'run' | 'prepared'> & {
  readonly config: { readonly seed: number };
};

/**
 * A message as it is sent: its JSON, and as the last field the seal of that text. The key of the seal is made of the run
 * record, so that a sender that cannot read the record cannot make or change a message of the run. Functions of the run
 * can: a seal says that a function made a message, and so that it follows from what was decided, not which function.
 */
export function sealedBody(record: SealingRecord, message: Message): string {
  const text = JSON.stringify(message);
  return `${text.slice(0, -1)}${sealField(sealOf(record, text))}`;
}

/** @throws ProtocolError when the text is not exactly what a function of this run has sealed. */
export function requireSeal(record: SealingRecord, body: string): void {
  const length = sealField('0'.repeat(64)).length;
  const text = `${body.slice(0, -length)}}`;
  const expected = Buffer.from(sealField(sealOf(record, text)));
  const found = Buffer.from(body.slice(-length));
  if (found.length === expected.length && timingSafeEqual(found, expected)) return;
  throw new ProtocolError('was not made by a function of this run: its seal does not match.', {
    subject: 'message',
  });
}

function sealField(seal: string): string {
  return `,"seal":"${seal}"}`;
}

function sealOf({ run, prepared, config }: SealingRecord, text: string): string {
  return createHmac('sha256', `${run}/${prepared}/${config.seed}`).update(text).digest('hex');
}
