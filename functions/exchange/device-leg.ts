import type { Message, MessageOf } from '#shared/protocol/message.ts';
import type { Stage } from '#shared/protocol/stages.ts';
import { arrivalTimeline } from '#shared/protocol/timeline.ts';

type DeviceMessage = MessageOf<
  'device.scheduled' | 'encoder.embeddings' | 'device.features' | 'encoder.gradients'
>;

/** The radio leg that brought a message, and the queue it waited in. */
const ARRIVALS: Readonly<
  Record<DeviceMessage['kind'], { readonly leg: Stage | undefined; readonly wait: Stage }>
> = {
  'device.scheduled': { leg: undefined, wait: 'queueWait' },
  'encoder.embeddings': { leg: 'uplinkEmbeddings', wait: 'encoderWait' },
  'device.features': { leg: 'downlinkFeatures', wait: 'queueWait' },
  'encoder.gradients': { leg: 'uplinkGradient', wait: 'encoderWait' },
};

/** A device's way so far, up to the moment its message was taken up by an instance that started for it or was there. */
export function timelineAt(
  message: DeviceMessage,
  takenUpAtMs: number,
  coldStartMs = 0,
): MessageOf<'device.scheduled'>['timeline'] {
  const { leg, wait } = ARRIVALS[message.kind];
  return arrivalTimeline(message, leg, wait, takenUpAtMs, coldStartMs);
}

/** Time that a payload takes on the radio. [ms] */
export function radioDelayMs(payloadBits: number, rateBitsPerSecond: number): number {
  return (1000 * payloadBits) / rateBitsPerSecond;
}

/** What every further message of a device's way repeats of the one that it answers. */
export function sameWay(
  message: DeviceMessage,
): Pick<
  DeviceMessage,
  'version' | 'run' | 'attempt' | 'round' | 'traceId' | 'device' | 'rateBitsPerSecond' | 'roundStartedAtMs'
> {
  const { version, run, attempt, round, traceId, device, rateBitsPerSecond, roundStartedAtMs } = message;
  return { version, run, attempt, round, traceId, device, rateBitsPerSecond, roundStartedAtMs };
}

/** What every further message of a round repeats of the one that it answers. */
export function sameRound(
  message: Message,
): Pick<Message, 'version' | 'run' | 'attempt' | 'round' | 'traceId'> {
  const { version, run, attempt, round, traceId } = message;
  return { version, run, attempt, round, traceId };
}
