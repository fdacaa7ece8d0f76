import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProtocolError } from '#shared/errors.ts';
import { type Message, splitSeal } from './message.ts';
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
  return `${text.slice(0, -1)},"seal":"${sealOf(record, text)}"}`;
}

/**
 * Checks that no field has changed since a function of this run sealed the message. The text is parsed and
 * serialised again before the comparison, because a queue may deliver the same JSON in another form, as
 * LocalStack's event source mapping does.
 *
 * @param body A body that {@link parseMessage} accepts.
 * @throws ProtocolError when the seal does not match the fields.
 */
export function requireSeal(record: SealingRecord, body: string): void {
  const { seal, message } = splitSeal(JSON.parse(body));
  const expected = Buffer.from(sealOf(record, JSON.stringify(message)));
  const found = Buffer.from(typeof seal === 'string' ? seal : '');
  if (found.length === expected.length && timingSafeEqual(found, expected)) return;
  throw new ProtocolError('was not made by a function of this run: its seal does not match.', {
    subject: 'message',
  });
}

function sealOf({ run, prepared, config }: SealingRecord, text: string): string {
  return createHmac('sha256', `${run}/${prepared}/${config.seed}`).update(text).digest('hex');
}
