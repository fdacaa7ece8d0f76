import type { Span } from '#shared/protocol/message.ts';
import type { Stage } from '#shared/protocol/stages.ts';
import { timelineAtClaim } from '#shared/protocol/timeline.ts';
import type { DeviceMessage } from './reply-headers.ts';

/** The stages of each message's hop: its radio transmission, where it has one, and its wait in a queue. */
const HOP_STAGES: Readonly<
  Record<DeviceMessage['kind'], { readonly radio: Stage | undefined; readonly wait: Stage }>
> = {
  'device.scheduled': { radio: undefined, wait: 'queueWait' },
  'encoder.embeddings': { radio: 'uplinkEmbeddings', wait: 'encoderWait' },
  'device.features': { radio: 'downlinkFeatures', wait: 'queueWait' },
  'encoder.gradients': { radio: 'uplinkGradient', wait: 'encoderWait' },
};

/**
 * The device's timeline up to the moment its message was claimed.
 *
 * @param coldStartMs how long the instance that claimed it took to start, 0 for one that was running
 */
export function claimedTimeline(message: DeviceMessage, claimedAtMs: number, coldStartMs = 0): Span[] {
  return timelineAtClaim(message, HOP_STAGES[message.kind], claimedAtMs, coldStartMs);
}

/** Time that a payload takes on the radio. [ms] */
export function radioDelayMs(payloadBits: number, rateBitsPerSecond: number): number {
  return (1000 * payloadBits) / rateBitsPerSecond;
}
