import type { MessageKind } from '#shared/protocol/message.ts';

/** Messages that a handler sends: one for each device that it handles, or one for the round. */
interface Sends {
  readonly kind: MessageKind;
  readonly each: 'device' | 'round';
}

/**
 * Messages that the handler of each kind sends, in the order of its calls. Each call sends the messages of
 * one kind to the queue of that kind (`queueOf`). A handler that finds its work done, or the round over,
 * sends fewer: `round.closed` follows the message that completes the round, `evaluate` only where a test is
 * due, and `round.start` only where another round follows. After a test that may end the run, the encoder
 * sends `round.start` in place of the scheduler.
 *
 * The real handlers' sends (functions/) and the modelled ones' (emulator/modelled/) have kinds of this table
 * only, which the compiler checks.
 */
export const SENDS = {
  'round.start': [
    { kind: 'device.scheduled', each: 'device' },
    { kind: 'encoder.close-round', each: 'round' },
  ],
  'device.scheduled': [{ kind: 'encoder.embeddings', each: 'device' }],
  'encoder.embeddings': [{ kind: 'device.features', each: 'device' }],
  'device.features': [{ kind: 'encoder.gradients', each: 'device' }],
  'encoder.gradients': [{ kind: 'round.closed', each: 'round' }],
  'encoder.close-round': [{ kind: 'round.closed', each: 'round' }],
  'round.closed': [
    { kind: 'evaluate', each: 'round' },
    { kind: 'round.start', each: 'round' },
  ],
  evaluate: [{ kind: 'round.start', each: 'round' }],
} as const satisfies Readonly<Record<MessageKind, readonly Sends[]>>;

/** A kind of message that the handler of this kind sends. */
export type SentKind<Handled extends MessageKind> = (typeof SENDS)[Handled][number]['kind'];

/** Number of messages of each kind that a handler sends. */
export interface SentMessages {
  readonly kind: MessageKind;
  readonly count: number;
}

/**
 * The most messages that handling messages of one kind and one round sends.
 *
 * @param devices Number of devices: of the plan for `round.start`, else of the handled messages.
 */
export function sentMessages(handled: MessageKind, devices: number): readonly SentMessages[] {
  return SENDS[handled].map(({ kind, each }) => ({ kind, count: each === 'device' ? devices : 1 }));
}
