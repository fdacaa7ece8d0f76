import type { MessageKind as KindName } from '#shared/protocol/message.ts';
import type { SentKind } from '#shared/workload/message-sends.ts';

/** Message kinds of a modelled round. The first four concern one device each. */
export const MessageKind = {
  Scheduled: 0,
  Embeddings: 1,
  Features: 2,
  Gradients: 3,
  Start: 4,
  Close: 5,
  Closed: 6,
} as const;

/** The protocol's names of the kinds, by their numbers. */
const KIND_NAMES = [
  'device.scheduled',
  'encoder.embeddings',
  'device.features',
  'encoder.gradients',
  'round.start',
  'encoder.close-round',
  'round.closed',
] as const satisfies readonly KindName[];

/** A kind of message that modelled handlers handle. Evaluations of the model are not modelled. */
type ModelledKind = (typeof KIND_NAMES)[number];

/** A power of two above the number of kinds. */
const KINDS = 8;
/** Maximum number of devices in one round. */
export const MAX_DEVICES = 2 ** 24;

/**
 * A message as one number, so that a million messages are an array of doubles. Exact for 67 million rounds.
 */
export function messageOf(kind: number, round: number, index: number): number {
  return (round * MAX_DEVICES + index) * KINDS + kind;
}

/**
 * A message that a handler sends: its kind is one of those that the table of sends has for the handled kind.
 */
export function sentMessage<Handled extends ModelledKind>(
  _handled: Handled,
  kind: SentKind<Handled> & ModelledKind,
  round: number,
  index: number,
): number {
  return messageOf(KIND_NAMES.indexOf(kind), round, index);
}

/** The protocol's name of a message's kind. */
export function kindName(message: number): ModelledKind {
  return KIND_NAMES[kindOf(message)];
}

/** Makes one value for each kind of message, in an array by the kind's number: names are slow to look up. */
export function byKind<T>(value: (kind: ModelledKind) => T): readonly T[] {
  return KIND_NAMES.map(value);
}

// The divisors are powers of two, so that the quotients are exact. The remainder operator on numbers beyond
// 32 bits is a call, several times slower than a product and a difference.

export function kindOf(message: number): number {
  return message - KINDS * Math.floor(message / KINDS);
}

/** Index of the device among those scheduled in its round. */
export function indexOf(message: number): number {
  return Math.floor(message / KINDS) - MAX_DEVICES * roundOf(message);
}

export function roundOf(message: number): number {
  return Math.floor(message / (KINDS * MAX_DEVICES));
}
