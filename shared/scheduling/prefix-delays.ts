import { type CommonRate, demandOfEach } from './bandwidth-demand.ts';
import { greatestCommonRate } from './common-rate.ts';
import { payloadNats, type RoundProblem } from './round-problem.ts';
import { spectralEfficiency } from './spectral-efficiency.ts';

/**
 * D*(k) of growing prefixes, device by device: the plain way. Each root starts from the one before it: the common rate
 * falls only a little when one device is added.
 */
export function prefixDelays(problem: RoundProblem, gammaHz: Float64Array): (size: number) => number {
  let last: CommonRate | undefined;
  return (size) => {
    if (size === 0) return 0;
    const weakestHz = gammaHz[size - 1];
    last = greatestCommonRate(
      { bandwidthHz: problem.bandwidthHz, size, weakestHz, demandOf: demandOfEach(gammaHz, size) },
      last === undefined ? undefined : snrAtRate(weakestHz, last.natsPerSecond),
    );
    return payloadNats(problem) / last.natsPerSecond;
  };
}

/** u of a device at a common rate, or undefined where it cannot reach that rate. */
export function snrAtRate(gammaHz: number, natsPerSecond: number): number | undefined {
  const reserve = gammaHz - natsPerSecond;
  if (reserve <= 0) return undefined;
  return Math.expm1(spectralEfficiency(natsPerSecond / gammaHz, reserve / gammaHz));
}
