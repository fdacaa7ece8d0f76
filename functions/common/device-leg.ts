import type { Message, MessageOf, TimelineStage } from '../../shared/protocol/message.ts';
import { arrivalTimeline } from '../../shared/protocol/timeline.ts';

type DeviceMessage = MessageOf<
  'device.scheduled' | 'encoder.embeddings' | 'device.features' | 'encoder.gradients'
>;

/** The radio leg that brought a message, and the queue it waited in. */
const ARRIVALS: Readonly<
  Record<DeviceMessage['kind'], { readonly leg: TimelineStage | undefined; readonly wait: TimelineStage }>
> = {
  'device.scheduled': { leg: undefined, wait: 'queue' },
  'encoder.embeddings': { leg: 'uplink-embeddings', wait: 'encoder-wait' },
  'device.features': { leg: 'downlink-features', wait: 'queue' },
  'encoder.gradients': { leg: 'uplink-gradients', wait: 'encoder-wait' },
};

/** A device's way so far, up to the moment its message was taken up. */
export function timelineAt(
  message: DeviceMessage,
  takenUpAtMs: number,
): MessageOf<'device.scheduled'>['timeline'] {
  const { leg, wait } = ARRIVALS[message.kind];
  return arrivalTimeline(message.timeline, leg, message.deliverAtMs, wait, takenUpAtMs);
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
