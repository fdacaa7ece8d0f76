import { gammaOfDevice } from '#shared/channel/radio-channel.ts';
import { InfeasibleError } from '#shared/errors.ts';
import { SAMPLE_STEP, SAMPLED_FROM, sampleOf } from '#shared/scheduling/device-sample.ts';
import { leastDelaySeconds, splitBand } from '#shared/scheduling/minimum-delay.ts';
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

/** The fraction of the band that the split may leave unused. */
const UNUSED = 1e-12;
/** Rounding of the bracket's lower end. */
const BRACKET_ROUNDING = 1e-9;
/** T is not divided further than into steps of this fraction of it. */
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
 * Commun. 20(1), 2021). Newton's method is applied to 1/G(T) - 1/B, with G the sum of B_n; a step that leaves
 * the bracket is replaced by a bisection. At most 1e-12 of the band is left unused, unless the next smaller
 * T that a number can represent needs more than the band.
 *
 * @throws InfeasibleError if the iteration does not converge, which no valid input should cause
 */
export function finishTogether(
  link: LinkProblem,
  devices: readonly number[],
  computeSeconds: DeviceColumn,
): CommonEnd {
  if (devices.length === 0) return { endSeconds: 0, bandwidthHz: new Float64Array(0) };
  const compute = new Float64Array(devices.length);
  for (let index = 0; index < compute.length; index++) compute[index] = computeSeconds[devices[index]];
  const [first] = compute;
  if (compute.every((seconds) => seconds === first)) {
    const { delaySeconds, bandwidthHz } = splitBand(link, devices);
    return { endSeconds: first + delaySeconds, bandwidthHz };
  }
  const { bandwidthHz } = link;
  const sending = { nats: payloadNats(link), bandwidthHz, gammaHz: gammasOf(link, devices), compute };
  return commonEnd(sending, endOfSample(sending));
}

/** Devices that compute and then send. */
interface Sending {
  /** The payload of each device [nat]. */
  readonly nats: number;
  readonly bandwidthHz: number;
  readonly gammaHz: Float64Array;
  readonly compute: Float64Array;
}

/** T [s] of a sample of a large set in its part of the band; undefined for a small set. */
function endOfSample({ nats, bandwidthHz, gammaHz, compute }: Sending): number | undefined {
  if (gammaHz.length < SAMPLED_FROM) return undefined;
  const sample = { gammaHz: sampleOf(gammaHz), compute: sampleOf(compute) };
  return commonEnd({ nats, bandwidthHz: bandwidthHz / SAMPLE_STEP, ...sample }).endSeconds;
}

/** @param nearSeconds a guess of T; it only saves time */
function commonEnd(sending: Sending, nearSeconds = Number.POSITIVE_INFINITY): CommonEnd {
  const { bandwidthHz } = sending;
  const bracket = endBracket(sending);
  let { low, high } = bracket;
  const shares = new Float64Array(sending.gammaHz.length);
  let end = nearSeconds >= low && nearSeconds <= high ? nearSeconds : high;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { totalHz, hertzPerSecond } = demandUntil(sending, end, shares);
    const fits = totalHz <= bandwidthHz;
    if (fits && totalHz >= bandwidthHz * (1 - UNUSED)) return { endSeconds: end, bandwidthHz: shares };
    if (fits) high = end;
    else low = end;
    if (high - low <= SMALL_STEP * high) return withinBand(sending, high, shares);
    // T - H/H' for H = 1/G - 1/wanted, H' = -(dG/dT)/G^2. The middle of the accepted demands is wanted.
    const wantedHz = bandwidthHz * (1 - UNUSED / 2);
    const newton = end + (totalHz * (1 - totalHz / wantedHz)) / hertzPerSecond;
    end = newton > low && newton < high ? newton : low + (high - low) / 2;
  }
  throw new InfeasibleError(`no common end found for ${shares.length} devices.`, {
    subject: `computing from ${bracket.low} s on`,
    remedy: 'Check that computing times are plain finite numbers.',
  });
}

/**
 * Bounds on T [s]. The least radio delay of the devices is at least {@link leastDelaySeconds}, and at most
 * the delay of the weakest device with an equal share of the band.
 */
function endBracket({ nats, bandwidthHz, gammaHz, compute }: Sending) {
  let longest = 0;
  let shortest = Number.POSITIVE_INFINITY;
  let sumHz = 0;
  let weakestHz = Number.POSITIVE_INFINITY;
  for (let index = 0; index < gammaHz.length; index++) {
    longest = Math.max(longest, compute[index]);
    shortest = Math.min(shortest, compute[index]);
    sumHz += gammaHz[index];
    weakestHz = Math.min(weakestHz, gammaHz[index]);
  }
  const shareHz = bandwidthHz / gammaHz.length;
  const least = leastDelaySeconds(nats, bandwidthHz, gammaHz.length, sumHz);
  const most = nats / (shareHz * Math.log1p(weakestHz / shareHz));
  return { low: Math.max(longest, shortest + least * (1 - BRACKET_ROUNDING)), high: longest + most };
}

/**
 * The least of T and the numbers above it at which the demand fits the band, in steps that begin at the
 * rounding error and double: near a device's rate limit gamma, rounding of T changes the demand a lot.
 */
function withinBand(sending: Sending, endSeconds: number, shares: Float64Array): CommonEnd {
  let raised = endSeconds;
  for (let part = Number.EPSILON; part < 1; part *= 2) {
    if (demandUntil(sending, raised, shares).totalHz <= sending.bandwidthHz) break;
    raised = endSeconds * (1 + part);
  }
  return { endSeconds: raised, bandwidthHz: shares };
}

/**
 * G(T), the bandwidth with which all devices end by T [Hz], and dG/dT; infinite if one of them cannot.
 *
 * @param shares B_n of each device [Hz], as output
 */
function demandUntil({ nats, gammaHz, compute }: Sending, endSeconds: number, shares: Float64Array) {
  let totalHz = 0;
  let hertzPerSecond = 0;
  for (let index = 0; index < gammaHz.length; index++) {
    const radioSeconds = endSeconds - compute[index];
    const natsPerSecond = nats / radioSeconds;
    const reserve = gammaHz[index] - natsPerSecond;
    if (!(radioSeconds > 0 && reserve > 0)) {
      return { totalHz: Number.POSITIVE_INFINITY, hertzPerSecond: Number.NaN };
    }
    const load = natsPerSecond / gammaHz[index];
    const slack = reserve / gammaHz[index];
    const s = spectralEfficiency(load, slack);
    shares[index] = natsPerSecond / s;
    totalHz += shares[index];
    hertzPerSecond -= (marginalBandwidth(s, load, slack) * natsPerSecond) / radioSeconds;
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
