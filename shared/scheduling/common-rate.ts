import { InfeasibleError } from '#shared/errors.ts';
import { type CommonRate, type DemandOf, rateOfNats, rateOfWeakestSnr } from './bandwidth-demand.ts';
import { marginalBandwidth, slackOfSnr, spectralEfficiency } from './spectral-efficiency.ts';

/** A relative Newton step below this leaves an error of about its square, which is below double precision. */
const SMALL_STEP = 1e-8;
/** Limit of the iterations. Bisection alone would need about 60; Newton needs 2 to 6. */
const MOST_STEPS = 200;

/** A band of `bandwidthHz` shared by `size` devices, of which the weakest has gamma `weakestHz` [Hz]. */
export interface SharedBand {
  readonly bandwidthHz: number;
  readonly size: number;
  readonly weakestHz: number;
  readonly demandOf: DemandOf;
}

/**
 * The greatest common rate that the band carries: the root of G(c) = sum of B_n(c) = B. The least delay of
 * the set is then D*(S) = L*ln2/c.
 *
 * The unknown is u, the weakest device's signal-to-noise ratio. That device receives at least an equal share
 * and at most the whole band, so gamma/B <= u <= size*gamma/B brackets the root. Newton's method is applied
 * to 1/G(u) - 1/B, which is linear in u for equal gammas and nearly linear otherwise (G itself has a pole at
 * u = 0). A step that leaves the bracket is replaced by a bisection in ln u.
 *
 * @param nearNats a guess of c [nat/s] from a neighbouring set; it only saves steps
 * @throws InfeasibleError if the iteration does not converge, which no valid input should cause
 */
export function greatestCommonRate(band: SharedBand, nearNats?: number): CommonRate {
  const { bandwidthHz, size, weakestHz, demandOf } = band;
  const alone = weakestHz / bandwidthHz;
  if (size === 1) return rateOfWeakestSnr(weakestHz, alone);
  // With equal gammas the root is the upper end of the bracket. The bracket is widened, so that rounding does
  // not exclude a root at an end.
  let low = alone * (1 - SMALL_STEP);
  let high = size * alone * (1 + SMALL_STEP);
  let snr = Math.min(size * alone, Math.max(alone, snrAtRate(weakestHz, nearNats)));
  for (let step = 0; step < MOST_STEPS; step++) {
    const rate = rateOfWeakestSnr(weakestHz, snr);
    const { totalHz, hertzPerNat } = demandOf(rate);
    if (totalHz > bandwidthHz) low = snr;
    else high = snr;
    // u - H/H' for H = 1/G - 1/B, H' = -(dG/dc)(dc/du)/G^2.
    const newton = snr + (totalHz * (1 - totalHz / bandwidthHz)) / (hertzPerNat * rateSlope(weakestHz, snr));
    const inside = newton >= low && newton <= high;
    if (inside && Math.abs(newton - snr) <= SMALL_STEP * snr) return rateOfWeakestSnr(weakestHz, newton);
    snr = inside ? newton : Math.sqrt(low) * Math.sqrt(high);
  }
  throw new InfeasibleError(`no common rate found for ${size} devices.`, {
    subject: `weakest gamma ${weakestHz} Hz in a band of ${bandwidthHz} Hz`,
    remedy: 'Check that every gain, power and the noise density is a plain finite number.',
  });
}

/** dc/du for the weakest device, from c = gamma * ln(1 + u)/u: -gamma * (ln(1 + u) - u/(1 + u)) / u^2. */
function rateSlope(weakestHz: number, snr: number): number {
  const s = Math.log1p(snr);
  const load = s / snr;
  return -weakestHz / (snr * snr * marginalBandwidth(s, load, slackOfSnr(snr)));
}

/**
 * u of the weakest device at a guessed rate; infinite without a guess or if the device cannot reach the rate.
 */
function snrAtRate(weakestHz: number, natsPerSecond: number | undefined): number {
  const rate = natsPerSecond === undefined ? undefined : rateOfNats(weakestHz, natsPerSecond);
  if (rate === undefined) return Number.POSITIVE_INFINITY;
  return Math.expm1(spectralEfficiency(rate.natsPerSecond / weakestHz, rate.reserve / weakestHz));
}
