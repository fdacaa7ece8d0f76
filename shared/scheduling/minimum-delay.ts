import { bandwidthAt, demandOfEach } from './bandwidth-demand.ts';
import { greatestCommonRate } from './common-rate.ts';
import { gammasOf } from './ranked-devices.ts';
import { type LinkProblem, payloadNats, validateLink } from './round-problem.ts';

/** The split of the band over a set of devices with the least delay: all devices finish at the same time. */
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
  const size = devices.length;
  if (size === 0) return { delaySeconds: 0, bandwidthHz: new Float64Array(0) };
  const gammaHz = gammasOf(link, devices);
  let weakestHz = gammaHz[0];
  for (const gamma of gammaHz) weakestHz = Math.min(weakestHz, gamma);
  const demandOf = demandOfEach(gammaHz, size);
  const rate = greatestCommonRate({ bandwidthHz: link.bandwidthHz, size, weakestHz, demandOf }, nearNats);
  return {
    delaySeconds: payloadNats(link) / rate.natsPerSecond,
    bandwidthHz: gammaHz.map((gamma) => bandwidthAt(rate, gamma)),
  };
}
