import { AirtuneError } from '../errors.ts';
import { type CommonRate, type DemandOf, rateOfWeakestSnr, rateSlope } from './bandwidth-demand.ts';

/** A Newton step this small leaves an error of its square: nothing, in double precision. */
const SMALL_STEP = 1e-9;
/** Bisection alone would need 64 from the widest bracket; Newton needs 3 to 6. */
const MOST_STEPS = 200;

/** A set of `size` devices, the weakest with `weakestHz`, that shares `bandwidthHz`. */
export interface SharedBand {
  readonly bandwidthHz: number;
  readonly size: number;
  readonly weakestHz: number;
  readonly demandOf: DemandOf;
}

/**
 * The greatest common rate that the band carries: the root of G(c) = sum of B_n(c) = B, that is D*(S) = L*ln2/c.
 *
 * The unknown is u, the weakest device's signal-to-noise ratio. That device takes at least an equal share and at
 * most the whole band, so  gamma/B <= u <= size*gamma/B  brackets the root. Newton runs on 1/G(u) - 1/B, which is
 * linear for equal gains and nearly so otherwise (G itself has a pole at u = 0); a step that leaves the bracket is
 * replaced by a bisection in ln u.
 *
 * @param nearSnr a guess from a neighbouring problem; it only saves steps
 * @throws AirtuneError of kind `infeasible` if the iteration does not settle, which no valid input should cause
 */
export function greatestCommonRate(band: SharedBand, nearSnr?: number): CommonRate {
  let low = band.weakestHz / band.bandwidthHz;
  let high = band.size * low;
  if (band.size === 1) return rateOfWeakestSnr(band.weakestHz, low);
  let snr = nearSnr === undefined ? high : Math.min(high, Math.max(low, nearSnr));
  for (let step = 0; step < MOST_STEPS; step++) {
    const rate = rateOfWeakestSnr(band.weakestHz, snr);
    const { totalHz, hertzPerNat } = band.demandOf(rate);
    if (totalHz > band.bandwidthHz) low = snr;
    else high = snr;
    // u - H/H' for H = 1/G - 1/B, H' = -(dG/dc)(dc/du)/G^2.
    const newton = snr + (totalHz * (1 - totalHz / band.bandwidthHz)) / (hertzPerNat * rateSlope(rate));
    const next = newton >= low && newton <= high ? newton : Math.sqrt(low) * Math.sqrt(high);
    if (Math.abs(next - snr) <= SMALL_STEP * snr) return rateOfWeakestSnr(band.weakestHz, next);
    snr = next;
  }
  throw new AirtuneError('infeasible', `no common rate found for ${band.size} devices.`, {
    subject: `weakest gamma ${band.weakestHz} Hz in ${band.bandwidthHz} Hz`,
    remedy: 'Check that every gain, power and the noise density is a plain finite number.',
  });
}
