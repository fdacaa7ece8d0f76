import { bandwidthAt, rateOfNats } from './bandwidth-demand.ts';
import { type LinkProblem, payloadNats } from './round-problem.ts';

/** Bandwidth that carries c nat/s over a link [Hz] (Lemma 3); infinite if no bandwidth does. */
export function bandwidthForRate(natsPerSecond: number, gammaHz: number): number {
  const rate = rateOfNats(gammaHz, natsPerSecond);
  return rate === undefined ? Number.POSITIVE_INFINITY : bandwidthAt(rate, gammaHz);
}

/**
 * Size of the largest prefix of the ranked devices whose least delay is at most `delaySeconds`: the
 * bandwidths that its devices need for this delay, sum of B_n(D), fit the band B. Adds devices until the sum
 * exceeds the band: one pass, O(size).
 *
 * @param gammaHz by rank, the strongest first
 */
export function sizeWithinDelay(link: LinkProblem, gammaHz: Float64Array, delaySeconds: number): number {
  if (!(delaySeconds > 0)) return 0;
  const natsPerSecond = payloadNats(link) / delaySeconds;
  let usedHz = 0;
  let size = 0;
  while (size < gammaHz.length) {
    usedHz += bandwidthForRate(natsPerSecond, gammaHz[size]);
    if (!(usedHz <= link.bandwidthHz)) break;
    size++;
  }
  return size;
}
