import { wattsOfDbm } from '#shared/channel/decibels.ts';
import { pathGain } from '#shared/channel/path-loss.ts';
import { channelSettings, noiseWattsPerHz } from '#shared/channel/settings.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';

/**
 * Kinds of rounds that are timed: a city cell with Rayleigh fading, and gains evenly spread over ten decades.
 */
export type BenchScene = 'cell' | 'ten decades';

/**
 * Draws a round in which the choice of devices matters: the virtual queue has the same weight as V, so the
 * best prefix is neither empty nor complete. Gains are drawn from one stream, so that a million of them need
 * no further memory.
 */
export function benchRound(count: number, scene: BenchScene = 'cell'): RoundProblem {
  const channel = channelSettings.parse({});
  const stream = randomStream(1, 'fading', count);
  const channelGain = new Float64Array(count);
  for (let device = 0; device < count; device++) {
    channelGain[device] =
      scene === 'cell'
        ? pathGain(channel.pathLoss, 250 * Math.sqrt(stream.uniform())) * stream.exponential()
        : 10 ** (-18 + 10 * stream.uniform());
  }
  const link = {
    bandwidthHz: channel.bandwidthHz,
    noiseWattsPerHz: noiseWattsPerHz(channel),
    powerWatts: wattsOfDbm(20),
    payloadBits: 1e6,
    channelGain,
  };
  const everyone = Array.from({ length: count }, (_, device) => device);
  const { delaySeconds } = splitBand(link, everyone);
  return { ...link, delayBudgetSeconds: delaySeconds / 2, controlV: 1, queueSeconds: count / delaySeconds };
}
