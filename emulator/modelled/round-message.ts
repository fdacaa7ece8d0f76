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

const KINDS = 8;
/** Maximum number of devices in one round. */
export const MAX_DEVICES = 2 ** 24;

/**
 * A message as one number, so that a million messages are an array of doubles. Exact for 67 million rounds.
 */
export function messageOf(kind: number, round: number, index: number): number {
  return (round * MAX_DEVICES + index) * KINDS + kind;
}

export function kindOf(message: number): number {
  return message % KINDS;
}

/** Index of the device among those scheduled in its round. */
export function indexOf(message: number): number {
  return Math.floor(message / KINDS) % MAX_DEVICES;
}

export function roundOf(message: number): number {
  return Math.floor(message / (KINDS * MAX_DEVICES));
}
