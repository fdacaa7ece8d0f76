import { gammaOfDevice } from '#shared/channel/radio-channel.ts';
import { InfeasibleError } from '#shared/errors.ts';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import { type LinkProblem, payloadNats } from '#shared/scheduling/round-problem.ts';
import { bandwidthForRate } from '#shared/scheduling/size-within-delay.ts';
import type { DeviceColumn } from './round-context.ts';

/** A split of the band with which computing and radio of all devices end at the same time. */
export interface CommonEnd {
  /** T, when computing and radio of the slowest device end [s]. */
  readonly endSeconds: number;
  /** B_n of each device [Hz]. */
  readonly bandwidthHz: Float64Array;
}

const RELATIVE_STEP = 1e-13;
const MOST_STEPS = 200;

/** B_n with which computing and radio of a device end at T [Hz]; infinite if no bandwidth is enough. */
export function bandwidthUntil(
  link: LinkProblem,
  device: number,
  endSeconds: number,
  computeSeconds: number,
): number {
  const radioSeconds = endSeconds - computeSeconds;
  if (!(radioSeconds > 0)) return Number.POSITIVE_INFINITY;
  return bandwidthForRate(payloadNats(link) / radioSeconds, gammaOfDevice(link, device));
}

/**
 * The least T with c_n + L/R_n(B_n) = T for all devices and sum B_n = B (Shi et al., IEEE Trans. Wireless
 * Commun. 20(1), 2021). Found by bisection: T is at least the longest computing time, and at least the
 * shortest plus the least radio delay; it is at most the longest plus the least radio delay.
 *
 * @throws InfeasibleError if the iteration does not converge, which no valid input should cause
 */
export function finishTogether(
  link: LinkProblem,
  devices: readonly number[],
  computeSeconds: DeviceColumn,
): CommonEnd {
  if (devices.length === 0) return { endSeconds: 0, bandwidthHz: new Float64Array(0) };
  const compute = devices.map((device) => computeSeconds[device]);
  const longest = compute.reduce((most, seconds) => Math.max(most, seconds), 0);
  const shortest = compute.reduce((least, seconds) => Math.min(least, seconds), longest);
  const radio = splitBand(link, devices);
  if (shortest === longest) {
    return { endSeconds: longest + radio.delaySeconds, bandwidthHz: radio.bandwidthHz };
  }
  let low = Math.max(longest, shortest + radio.delaySeconds);
  let high = longest + radio.delaySeconds;
  const demand = (endSeconds: number) =>
    devices.reduce((sum, device, index) => sum + bandwidthUntil(link, device, endSeconds, compute[index]), 0);
  for (let step = 0; step < MOST_STEPS; step++) {
    const middle = low + (high - low) / 2;
    if (demand(middle) > link.bandwidthHz) low = middle;
    else high = middle;
    if (high - low <= RELATIVE_STEP * high) {
      const bandwidthHz = Float64Array.from(devices, (device, index) =>
        bandwidthUntil(link, device, high, compute[index]),
      );
      return { endSeconds: high, bandwidthHz };
    }
  }
  throw new InfeasibleError(`no common end found for ${devices.length} devices.`, {
    subject: `computing of up to ${longest} s`,
    remedy: 'Check that computing times are plain finite numbers.',
  });
}

/**
 * Delay D(S) of the paper [s]: from the end of the shortest computing, when the first device starts to send,
 * to the common end.
 */
export function radioSeconds({ endSeconds }: CommonEnd, compute: readonly number[]): number {
  const shortest = compute.reduce((least, seconds) => Math.min(least, seconds), Number.POSITIVE_INFINITY);
  return endSeconds - shortest;
}
