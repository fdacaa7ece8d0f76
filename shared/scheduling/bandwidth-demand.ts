import { marginalBandwidth, slackOfSnr, spectralEfficiency } from './spectral-efficiency.ts';

/**
 * A rate that all devices of a set share, c = L*ln2/D [nat/s], together with its distance from the most that the
 * weakest of them can reach. As c nears gamma_weakest the rate alone would lose every digit of that distance.
 */
export interface CommonRate {
  /** c [nat/s]. */
  readonly natsPerSecond: number;
  /** gamma of the weakest device, or of any weaker one [Hz]. */
  readonly weakestHz: number;
  /** gamma_weakest - c, above 0, to full relative precision [nat/s]. */
  readonly reserve: number;
}

/** The common rate at which the weakest device has the signal-to-noise ratio u: c = gamma * ln(1 + u)/u. */
export function rateOfWeakestSnr(weakestHz: number, weakestSnr: number): CommonRate {
  const slack = slackOfSnr(weakestSnr);
  // Each of load and slack keeps its digits where it is the smaller one.
  const load = weakestSnr > 1 ? Math.log1p(weakestSnr) / weakestSnr : 1 - slack;
  return { natsPerSecond: weakestHz * load, weakestHz, reserve: weakestHz * slack };
}

/** The given common rate, or undefined if the weakest device cannot reach it. */
export function rateOfNats(weakestHz: number, natsPerSecond: number): CommonRate | undefined {
  const reserve = weakestHz - natsPerSecond;
  return reserve > 0 ? { natsPerSecond, weakestHz, reserve } : undefined;
}

/** B_n(D) of a device at the common rate [Hz]: Lemma 3 of the paper, without its cancellation. */
export function bandwidthAt(rate: CommonRate, gammaHz: number): number {
  const slack = (gammaHz - rate.weakestHz + rate.reserve) / gammaHz;
  return rate.natsPerSecond / spectralEfficiency(rate.natsPerSecond / gammaHz, slack);
}

/** What a set of devices needs at a common rate. */
export interface BandwidthDemand {
  /** G = sum of B_n [Hz]. */
  readonly totalHz: number;
  /** dG/dc [Hz s/nat]. */
  readonly hertzPerNat: number;
}

/** How much bandwidth a set needs at a common rate: summed over devices, or over groups of nearly equal ones. */
export type DemandOf = (rate: CommonRate) => BandwidthDemand;

/** The demand of one link, `weight` times. Adds to a running sum; a tight loop calls it a million times. */
export class DemandSum implements BandwidthDemand {
  totalHz = 0;
  hertzPerNat = 0;

  add(rate: CommonRate, gammaHz: number, weight: number): void {
    const load = rate.natsPerSecond / gammaHz;
    const slack = (gammaHz - rate.weakestHz + rate.reserve) / gammaHz;
    const s = spectralEfficiency(load, slack);
    this.totalHz += (weight * rate.natsPerSecond) / s;
    this.hertzPerNat += weight * marginalBandwidth(s, load, slack);
  }

  addEach(rate: CommonRate, gammaHz: Float64Array, start: number, end: number): void {
    for (let rank = start; rank < end; rank++) this.add(rate, gammaHz[rank], 1);
  }
}

/** So many terms are summed at a time: rounding then grows with the number of chunks, not of devices. */
const CHUNK = 1024;

/** The demand of the devices gammaHz[0..size), each on its own. */
export function demandOfEach(gammaHz: Float64Array, size: number): DemandOf {
  return (rate) => {
    let totalHz = 0;
    let hertzPerNat = 0;
    for (let start = 0; start < size; start += CHUNK) {
      const chunk = new DemandSum();
      chunk.addEach(rate, gammaHz, start, Math.min(start + CHUNK, size));
      totalHz += chunk.totalHz;
      hertzPerNat += chunk.hertzPerNat;
    }
    return { totalHz, hertzPerNat };
  };
}
