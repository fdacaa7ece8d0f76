import { gammaOfDevice } from '#shared/channel/radio-channel.ts';
import { InfeasibleError } from '#shared/errors.ts';
import { rateOfNats } from '#shared/scheduling/bandwidth-demand.ts';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import { gammasOf } from '#shared/scheduling/ranked-devices.ts';
import { type LinkProblem, payloadNats } from '#shared/scheduling/round-problem.ts';
import { bandwidthForRate } from '#shared/scheduling/size-within-delay.ts';
import { marginalBandwidth, spectralEfficiency } from '#shared/scheduling/spectral-efficiency.ts';
import type { DeviceColumn } from './round-context.ts';

/** A split of the band with which computing and radio of all devices end at the same time. */
export interface CommonEnd {
  /** T, the time at which all devices end [s], counted from the start of their computing. */
  readonly endSeconds: number;
  /** B_n of each device [Hz]. */
  readonly bandwidthHz: Float64Array;
}

/** A Newton step below this fraction of T is within rounding. */
const SMALL_STEP = 1e-14;
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
 * Commun. 20(1), 2021). With D* the least radio delay of the devices, max(longest c_n, shortest c_n + D*) <=
 * T <= longest c_n + D*. Newton's method is applied to 1/G(T) - 1/B, with G the sum of B_n; a step that
 * leaves the bracket is replaced by a bisection.
 *
 * @throws InfeasibleError if the iteration does not converge, which no valid input should cause
 */
export function finishTogether(
  link: LinkProblem,
  devices: readonly number[],
  computeSeconds: DeviceColumn,
): CommonEnd {
  if (devices.length === 0) return { endSeconds: 0, bandwidthHz: new Float64Array(0) };
  const compute = Float64Array.from(devices, (device) => computeSeconds[device]);
  const longest = compute.reduce((most, seconds) => Math.max(most, seconds), 0);
  const shortest = compute.reduce((least, seconds) => Math.min(least, seconds), longest);
  const radio = splitBand(link, devices);
  if (shortest === longest) {
    return { endSeconds: longest + radio.delaySeconds, bandwidthHz: radio.bandwidthHz };
  }
  const endSeconds = commonEnd(link, gammasOf(link, devices), compute, {
    low: Math.max(longest, shortest + radio.delaySeconds),
    high: longest + radio.delaySeconds,
  });
  const bandwidthHz = Float64Array.from(devices, (device, index) =>
    bandwidthUntil(link, device, endSeconds, compute[index]),
  );
  return { endSeconds, bandwidthHz };
}

/** The root T [s] of G(T) = B inside a bracket [s]. */
function commonEnd(
  link: LinkProblem,
  gammaHz: Float64Array,
  compute: Float64Array,
  bracket: { low: number; high: number },
): number {
  const { bandwidthHz } = link;
  let { low, high } = bracket;
  /**
   * Raises the root until the demand fits the band, in steps that begin at the rounding error and double:
   * near a device's rate limit gamma, rounding of T changes the demand a lot.
   */
  const withinBand = (root: number): number => {
    let raised = root;
    for (let part = Number.EPSILON; part < 1; part *= 2) {
      if (demandUntil(payloadNats(link), gammaHz, compute, raised).totalHz <= bandwidthHz) break;
      raised = root * (1 + part);
    }
    return raised;
  };
  let end = high;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { totalHz, hertzPerSecond } = demandUntil(payloadNats(link), gammaHz, compute, end);
    if (totalHz > bandwidthHz) low = end;
    else high = end;
    // T - H/H' for H = 1/G - 1/B, H' = -(dG/dT)/G^2.
    const newton = end + (totalHz * (1 - totalHz / bandwidthHz)) / hertzPerSecond;
    const inside = newton >= low && newton <= high;
    if (inside && Math.abs(newton - end) <= SMALL_STEP * end) return withinBand(newton);
    if (high - low <= SMALL_STEP * high) return withinBand(high);
    end = inside ? newton : low + (high - low) / 2;
  }
  throw new InfeasibleError(`no common end found for ${gammaHz.length} devices.`, {
    subject: `computing from ${bracket.low} s on`,
    remedy: 'Check that computing times are plain finite numbers.',
  });
}

/** G(T), the bandwidth with which all devices end by T [Hz], and dG/dT; infinite if one of them cannot. */
function demandUntil(nats: number, gammaHz: Float64Array, compute: Float64Array, endSeconds: number) {
  let totalHz = 0;
  let hertzPerSecond = 0;
  for (let index = 0; index < gammaHz.length; index++) {
    const radioSeconds = endSeconds - compute[index];
    const rate = radioSeconds > 0 ? rateOfNats(gammaHz[index], nats / radioSeconds) : undefined;
    if (rate === undefined) return { totalHz: Number.POSITIVE_INFINITY, hertzPerSecond: Number.NaN };
    const load = rate.natsPerSecond / gammaHz[index];
    const slack = rate.reserve / gammaHz[index];
    const s = spectralEfficiency(load, slack);
    totalHz += rate.natsPerSecond / s;
    hertzPerSecond -= (marginalBandwidth(s, load, slack) * rate.natsPerSecond) / radioSeconds;
  }
  return { totalHz, hertzPerSecond };
}

/**
 * Delay D(S) of the paper [s]: from the end of the shortest computing, when the first device starts to send,
 * to the common end.
 */
export function radioSeconds({ endSeconds }: CommonEnd, compute: readonly number[]): number {
  const shortest = compute.reduce((least, seconds) => Math.min(least, seconds), Number.POSITIVE_INFINITY);
  return endSeconds - shortest;
}
