import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProtocolError } from '#shared/errors.ts';
import type { Message } from './message.ts';
import type { RunRecord } from './run-record.ts';

/** The fields of a run record from which the key of the seal is made. */
export type SealingRecord = Pick<RunRecord, 'run' | 'prepared'> & {
  readonly config: { readonly seed: number };
};

/**
 * The body of a message as it is sent: its JSON text with the seal of that text as the last field. The seal
 * is an HMAC under a key made from the run record, so a sender that cannot read the record cannot make or
 * change a message of the run. Every function of the run has the key: a seal proves that some function of the
 * run made the message, but not which one.
 */
export function sealedBody(record: SealingRecord, message: Message): string {
  const text = JSON.stringify(message);
  return `${text.slice(0, -1)}${sealField(sealOf(record, text))}`;
}

/**
 * Checks that the text is unchanged since a function of this run sealed it.
 *
 * @throws ProtocolError when the seal does not match the text.
 */
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
