import type { Message, MessageOf } from '#shared/protocol/message.ts';

/** A message of one device's part of a round. */
export type DeviceMessage = MessageOf<
  'device.scheduled' | 'encoder.embeddings' | 'device.features' | 'encoder.gradients'
>;

/** The fields that a reply about a whole round copies from the message it replies to. */
export function roundHeaders(
  message: Message,
): Pick<Message, 'version' | 'run' | 'epoch' | 'round' | 'traceId'> {
  const { version, run, epoch, round, traceId } = message;
  return { version, run, epoch, round, traceId };
}

/** The fields that a reply about one device's part of a round copies from the message it replies to. */
export function deviceHeaders(
  message: DeviceMessage,
): Pick<
  DeviceMessage,
  'version' | 'run' | 'epoch' | 'round' | 'traceId' | 'device' | 'rateBitsPerSecond' | 'roundStartedAtMs'
> {
  const { device, rateBitsPerSecond, roundStartedAtMs } = message;
  return { ...roundHeaders(message), device, rateBitsPerSecond, roundStartedAtMs };
}
