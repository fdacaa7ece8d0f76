import { gammaOfDevice, type RadioChannel } from './radio-channel.ts';

/** B * ln(1 + gamma/B) [nat/s], gamma = P*|h|^2/N0 [Hz]. Zero without bandwidth. */
export function rateNatsPerSecond(bandwidthHz: number, gammaHz: number): number {
  if (bandwidthHz === 0) return 0;
  return bandwidthHz * Math.log1p(gammaHz / bandwidthHz);
}

/** R = B * log2(1 + gamma/B) [bit/s] (eq. 5). Zero without bandwidth. */
export function rateBitsPerSecond(bandwidthHz: number, gammaHz: number): number {
  return rateNatsPerSecond(bandwidthHz, gammaHz) / Math.LN2;
}

/** gamma / ln 2 [bit/s]: the limit of the rate as the bandwidth grows. It is never reached. */
export function rateLimitBitsPerSecond(gammaHz: number): number {
  return gammaHz / Math.LN2;
}

/** Time to exchange the payload over a link (one term of eq. 7) [s]. */
export function transferDelaySeconds(payloadBits: number, bandwidthHz: number, gammaHz: number): number {
  return payloadBits / rateBitsPerSecond(bandwidthHz, gammaHz);
}

/** R_n [bit/s] of a device with the given bandwidth. */
export function achievableRate(channel: RadioChannel, device: number, bandwidthHz: number): number {
  return rateBitsPerSecond(bandwidthHz, gammaOfDevice(channel, device));
}
