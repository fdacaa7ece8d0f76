import { marginalBandwidth, slackOfSnr, spectralEfficiency } from './spectral-efficiency.ts';

/**
 * A rate that is the same for all devices of a set, c = L*ln2/D [nat/s], with its distance from the rate
 * limit gamma of the weakest device. The distance is stored separately: computed as the difference
 * gamma_weakest - c, it would have no correct digits when c is close to gamma_weakest.
 */
export interface CommonRate {
  /** c [nat/s]. */
  readonly natsPerSecond: number;
  /** gamma of the weakest device of the set [Hz], or any gamma below it that is still above c. */
  readonly weakestHz: number;
  /** gamma_weakest - c [nat/s], above 0, to full relative precision. */
  readonly reserve: number;
}

/** The common rate at which the weakest device has the signal-to-noise ratio u: c = gamma * ln(1 + u)/u. */
export function rateOfWeakestSnr(weakestHz: number, weakestSnr: number): CommonRate {
  const slack = slackOfSnr(weakestSnr);
  // load = 1 - slack. Above u = 1 the load is computed from u instead, because the subtraction would cancel
  // digits of a small load.
  const load = weakestSnr > 1 ? Math.log1p(weakestSnr) / weakestSnr : 1 - slack;
  return { natsPerSecond: weakestHz * load, weakestHz, reserve: weakestHz * slack };
}

/** The given rate [nat/s] as a common rate; undefined if the weakest device cannot reach it. */
export function rateOfNats(weakestHz: number, natsPerSecond: number): CommonRate | undefined {
  const reserve = weakestHz - natsPerSecond;
  return reserve > 0 ? { natsPerSecond, weakestHz, reserve } : undefined;
}

/**
 * B_n(D), a device's bandwidth at the common rate [Hz]: Lemma 3 in a form that loses no digits by
 * cancellation.
 */
export function bandwidthAt(rate: CommonRate, gammaHz: number): number {
  const slack = (gammaHz - rate.weakestHz + rate.reserve) / gammaHz;
  return rate.natsPerSecond / spectralEfficiency(rate.natsPerSecond / gammaHz, slack);
}

/** Bandwidth that a set of devices needs at a common rate. */
export interface BandwidthDemand {
  /** G = sum of B_n [Hz]. */
  readonly totalHz: number;
  /** dG/dc [Hz s/nat]. */
  readonly hertzPerNat: number;
}

/**
 * Computes the bandwidth demand of a set at a common rate: a sum over its devices, or over groups of devices
 * with nearly equal gamma.
 */
export type DemandOf = (rate: CommonRate) => BandwidthDemand;

/** Running sum of bandwidth demands. It is mutable because a tight loop adds to it a million times. */
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

/**
 * Number of devices that are summed in one chunk. The sums of the chunks are then added, so the rounding
 * error grows with the number of chunks and not with the number of devices.
 */
const CHUNK = 1024;

/** The demand of the devices gammaHz[0..size), summed device by device. */
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
