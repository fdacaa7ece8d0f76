import { bandwidthAt, type CommonRate, demandOfEach } from './bandwidth-demand.ts';
import { greatestCommonRate } from './common-rate.ts';
import { SAMPLE_STEP, SAMPLED_FROM, sampleOf } from './device-sample.ts';
import { gammasOf } from './ranked-devices.ts';
import { type LinkProblem, payloadNats, validateLink } from './round-problem.ts';

/** The split of the band that gives a set of devices the least delay: all devices finish at the same time. */
export interface BandwidthSplit {
  /** D*(S), 0 for the empty set [s]. */
  readonly delaySeconds: number;
  /** B_n of each device of the set [Hz], in the set's order. Their sum is the whole band. */
  readonly bandwidthHz: Float64Array;
}

/**
 * The least time in which every device of the problem exchanges its payload, and each device's bandwidth.
 * Solves P2 and P3 of the paper: the root of sum B_n(D) = B with B_n from Lemma 3. Relative error of the
 * delay below 1e-13.
 *
 * @throws ConfigError, InfeasibleError as {@link validateLink}
 */
export function minimumDelay(link: LinkProblem): BandwidthSplit {
  validateLink(link);
  return splitBand(
    link,
    Array.from({ length: link.channelGain.length }, (_, device) => device),
  );
}

/**
 * {@link minimumDelay} of some devices of a problem that was validated before.
 *
 * @param nearNats a guess of the common rate [nat/s]; it only saves time
 */
export function splitBand(link: LinkProblem, devices: readonly number[], nearNats?: number): BandwidthSplit {
  if (devices.length === 0) return { delaySeconds: 0, bandwidthHz: new Float64Array(0) };
  const gammaHz = gammasOf(link, devices);
  const rate = rateOfBand(gammaHz, link.bandwidthHz, nearNats);
  return {
    delaySeconds: payloadNats(link) / rate.natsPerSecond,
    bandwidthHz: gammaHz.map((gamma) => bandwidthAt(rate, gamma)),
  };
}

/**
 * The greatest common rate of at least one device in the whole band; D*(S) is the payload divided by it.
 *
 * @param nearNats a guess of the rate [nat/s]; it only saves time
 */
export function rateOfBand(gammaHz: Float64Array, bandwidthHz: number, nearNats?: number): CommonRate {
  return rateOfSet(gammaHz, bandwidthHz, nearNats ?? rateOfSample(gammaHz, bandwidthHz));
}

/**
 * The common rate [nat/s] of a sample of a large set in its part of the band. As a first guess for the
 * whole set it saves about half of the steps. Undefined for a small set.
 */
function rateOfSample(gammaHz: Float64Array, bandwidthHz: number): number | undefined {
  if (gammaHz.length < SAMPLED_FROM) return undefined;
  return rateOfSet(sampleOf(gammaHz), bandwidthHz / SAMPLE_STEP).natsPerSecond;
}

function rateOfSet(gammaHz: Float64Array, bandwidthHz: number, nearNats?: number): CommonRate {
  const weakestHz = gammaHz.reduce((least, gamma) => Math.min(least, gamma), Number.POSITIVE_INFINITY);
  const size = gammaHz.length;
  const demandOf = demandOfEach(gammaHz, size);
  return greatestCommonRate({ bandwidthHz, size, weakestHz, demandOf }, nearNats);
}

/**
 * A lower bound on the delay [s] of `size` devices with this sum of gamma [Hz], or a smaller one, for a
 * payload of `nats`. B ln(1 + gamma/B) is concave in (B, gamma) together, so with a common rate of c nat/s
 *
 *     size c <= B ln(1 + sum of gamma_n / B).
 */
export function leastDelaySeconds(nats: number, bandwidthHz: number, size: number, sumHz: number): number {
  return (nats * size) / (bandwidthHz * Math.log1p(sumHz / bandwidthHz));
}
