import type { Span } from '#shared/protocol/message.ts';
import type { Stage } from '#shared/protocol/stages.ts';
import { timelineAtClaim } from '#shared/protocol/timeline.ts';
import type { DeviceMessage } from './reply-headers.ts';

/** The stages of each message's hop: its radio transmission, if any, and its wait in a queue. */
const HOP_STAGES: Readonly<
  Record<DeviceMessage['kind'], { readonly radio: Stage | undefined; readonly wait: Stage }>
> = {
  'device.scheduled': { radio: undefined, wait: 'queueWait' },
  'encoder.embeddings': { radio: 'uplinkEmbeddings', wait: 'encoderWait' },
  'device.features': { radio: 'downlinkFeatures', wait: 'queueWait' },
  'encoder.gradients': { radio: 'uplinkGradient', wait: 'encoderWait' },
};

/**
 * The device's timeline up to the claim of its message.
 *
 * @param coldStartMs Time that the claiming instance took to start, 0 for a warm one. [ms]
 */
export function claimedTimeline(message: DeviceMessage, claimedAtMs: number, coldStartMs = 0): Span[] {
  return timelineAtClaim(message, HOP_STAGES[message.kind], claimedAtMs, coldStartMs);
}

/** Radio transmission time of a payload. [ms] */
export function radioDelayMs(payloadBits: number, rateBitsPerSecond: number): number {
  return (1000 * payloadBits) / rateBitsPerSecond;
}
