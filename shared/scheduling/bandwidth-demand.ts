import {
  inverseMarginalBandwidth,
  loadSlope,
  slackOfSnr,
  spectralEfficiency,
} from './spectral-efficiency.ts';

/**
 * The common rate at which a set of devices sends, c = L*ln2/D [nat/s], named by the signal-to-noise ratio of the
 * weakest device. Near the limit c -> gamma_weakest the rate alone loses every digit of gamma - c; this does not.
 */
export interface CommonRate {
  /** gamma of the weakest device of the set [Hz]. */
  readonly weakestHz: number;
  /** u of the weakest device: gamma/B at this rate. */
  readonly weakestSnr: number;
  /** c [nat/s]. */
  readonly natsPerSecond: number;
  /** gamma_weakest - c [nat/s], to full relative precision. */
  readonly reserve: number;
}

/** The common rate at which the weakest device has the given signal-to-noise ratio: c = gamma * ln(1 + u)/u. */
export function rateOfWeakestSnr(weakestHz: number, weakestSnr: number): CommonRate {
  const slack = slackOfSnr(weakestSnr);
  // log1p(u)/u keeps its digits where 1 - slack would not (u large), and the other way round.
  const load = weakestSnr > 1 ? Math.log1p(weakestSnr) / weakestSnr : 1 - slack;
  return { weakestHz, weakestSnr, natsPerSecond: weakestHz * load, reserve: weakestHz * slack };
}

/** Spectral efficiency [nat/s/Hz] of a device at the common rate; it needs B = c/s of bandwidth. */
export function efficiencyAt(rate: CommonRate, gammaHz: number): number {
  return spectralEfficiency(
    rate.natsPerSecond / gammaHz,
    (gammaHz - rate.weakestHz + rate.reserve) / gammaHz,
  );
}

/** B_n(D) of one device [Hz]: Lemma 3 of the paper, without its cancellation. */
export function bandwidthAt(rate: CommonRate, gammaHz: number): number {
  return rate.natsPerSecond / efficiencyAt(rate, gammaHz);
}

/** What a set of devices needs at a common rate. */
export interface BandwidthDemand {
  /** G = sum of B_n [Hz]. */
  readonly totalHz: number;
  /** dG/dc = sum of 1 / (s - 1 + exp(-s)) [Hz s/nat]. */
  readonly hertzPerNat: number;
}

/** How much bandwidth a set needs at a common rate: sums over devices, or over groups of nearly equal ones. */
export type DemandOf = (rate: CommonRate) => BandwidthDemand;

/** The demand of the devices gammaHz[0..size), each on its own. Every one must be at least as strong as the weakest. */
export function demandOfEach(gammaHz: Float64Array, size: number): DemandOf {
  return (rate) => {
    let inverseEfficiency = 0;
    let hertzPerNat = 0;
    for (let rank = 0; rank < size; rank++) {
      const s = efficiencyAt(rate, gammaHz[rank]);
      inverseEfficiency += 1 / s;
      hertzPerNat += 1 / inverseMarginalBandwidth(s);
    }
    return { totalHz: rate.natsPerSecond * inverseEfficiency, hertzPerNat };
  };
}

/** dc/du of the common rate by the weakest device's signal-to-noise ratio, always negative [nat/s]. */
export function rateSlope(rate: CommonRate): number {
  return -rate.weakestHz * loadSlope(rate.weakestSnr);
}
