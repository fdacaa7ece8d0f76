import { gammaOfDevice } from '#shared/channel/radio-channel.ts';
import { rateBitsPerSecond, transferDelaySeconds } from '#shared/channel/rate.ts';
import type { RoundProblem } from './round-problem.ts';

/**
 * No radio has a higher spectral efficiency [bit/s/Hz]; a higher value means that a power or noise density is
 * in the wrong unit.
 */
const PLAUSIBLE_BITS_PER_HERTZ = 100;

/**
 * Warnings about valid but probably unintended inputs, one sentence each: a channel too good for any radio (a
 * wrong unit), and a budget that no device meets even alone with the whole band.
 */
export function roundWarnings(problem: RoundProblem): readonly string[] {
  let best = 0;
  for (let device = 1; device < problem.channelGain.length; device++) {
    if (gammaOfDevice(problem, device) > gammaOfDevice(problem, best)) best = device;
  }
  const gamma = gammaOfDevice(problem, best);
  const bitsPerHertz = rateBitsPerSecond(problem.bandwidthHz, gamma) / problem.bandwidthHz;
  const warnings: string[] = [];
  if (bitsPerHertz > PLAUSIBLE_BITS_PER_HERTZ) {
    warnings.push(
      `device ${best} would reach ${bitsPerHertz.toPrecision(3)} bit/s/Hz over the whole band: check the units of ` +
        'powerWatts (W, not mW), noiseWattsPerHz (W/Hz) and channelGain (a ratio, not dB).',
    );
  }
  const aloneSeconds = transferDelaySeconds(problem.payloadBits, problem.bandwidthHz, gamma);
  if (aloneSeconds > problem.delayBudgetSeconds) {
    warnings.push(
      `no device can meet delayBudgetSeconds = ${problem.delayBudgetSeconds}: the best one (${best}) needs ` +
        `${aloneSeconds.toPrecision(4)} s alone with the whole band. Raise the budget, the band or the power, or send less.`,
    );
  }
  return warnings;
}
