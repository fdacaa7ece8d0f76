import type { MessageKind } from '#shared/protocol/message.ts';
import type { ObjectSizes } from './object-sizes.ts';

/** Bytes of the body of each kind of message: exact for a payload inside it, an estimate for the JSON. */
export type MessageSizes = Readonly<Record<MessageKind, number>>;

/** Bytes of a payload's JSON when the payload is a stored object: its key and its size. */
const REFERENCE_BYTES = 90;
/** Bytes of the JSON around a payload inside the message. */
const INLINE_BYTES = 30;

/** Bytes of the JSON of each kind, seal included, without its payload. */
const JSON_BYTES: MessageSizes = {
  'round.start': 230,
  'device.scheduled': 460,
  'encoder.embeddings': 545,
  'device.features': 645,
  'encoder.gradients': 865,
  'encoder.close-round': 285,
  'round.closed': 1_660,
  evaluate: 230,
};

/** Bytes of the messages of a round. */
export function messageSizes(sizes: ObjectSizes): MessageSizes {
  const payload = (bytes: number, isStored: boolean): number =>
    isStored ? REFERENCE_BYTES : INLINE_BYTES + base64Bytes(bytes);
  return {
    ...JSON_BYTES,
    'encoder.embeddings': JSON_BYTES['encoder.embeddings'] + REFERENCE_BYTES,
    'device.features': JSON_BYTES['device.features'] + payload(sizes.features, sizes.storesFeatures),
    'encoder.gradients': JSON_BYTES['encoder.gradients'] + payload(sizes.gradients, sizes.storesGradients),
  };
}

function base64Bytes(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}
