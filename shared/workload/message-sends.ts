import type { MessageKind } from '#shared/protocol/message.ts';

/** Messages that a handler sends: one for each device that it handles, or one for the round. */
interface Sends {
  readonly kind: MessageKind;
  readonly each: 'device' | 'round';
}

/**
 * Messages that the handler of each kind may send, in the order of its calls. Each call sends the messages of
 * one kind to the queue of that kind (`queueOf`). Not every call sends all of them: `round.closed` is sent by
 * the handler that completes the round, `evaluate` if a test is due, and `round.start` if another round
 * follows. After a test that may end the run, the encoder sends `round.start` instead of the scheduler.
 *
 * The compiler checks that real handlers (functions/) and modelled ones (emulator/modelled/) send no other
 * kinds.
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
 * The largest number of messages that a handler sends for messages of one kind and one round.
 *
 * @param devices Number of devices: of the plan for `round.start`, else of the handled messages.
 */
export function sentMessages(handled: MessageKind, devices: number): readonly SentMessages[] {
  return SENDS[handled].map(({ kind, each }) => ({ kind, count: each === 'device' ? devices : 1 }));
}
