import { ConfigError } from '#shared/errors.ts';
import {
  correlationOf,
  fadingPower,
  nextScatter,
  type ScatterState,
  scatterOfNoRound,
  scatterOfRound,
} from './fading.ts';
import { pathGain } from './path-loss.ts';
import { type DevicePositions, placeDevices } from './placement.ts';
import { powerOfDevice, type RadioChannel } from './radio-channel.ts';
import { type ChannelSettings, noiseWattsPerHz, transmitPowerWatts } from './settings.ts';
import { shadowingGain } from './shadowing.ts';
import { traceGains } from './trace/trace-settings.ts';

/** The part of the channel that stays the same over a run: positions, mean gains, powers and noise. */
export interface Scenario {
  readonly settings: ChannelSettings;
  readonly seed: number;
  readonly positions: DevicePositions;
  /** Distance of each device to the antenna of the edge server [m]. */
  readonly distanceMetres: Float64Array;
  /** Path loss times shadowing of each device, a power ratio. */
  readonly meanGain: Float64Array;
  readonly powerWatts: Float64Array;
  readonly noiseWattsPerHz: number;
}

/** One round's channel: the gains, and the state of the fading for the next round. */
export interface ChannelRound {
  readonly round: number;
  /** |h_n|^2 of each device. */
  readonly channelGain: Float64Array;
  readonly scatter: ScatterState;
}

/**
 * Draws positions and shadowing. Device n's draws depend on (seed, purpose, n) alone, so adding devices does
 * not change the others.
 */
export function drawScenario(settings: ChannelSettings, seed: number, deviceCount: number): Scenario {
  const positions = placeDevices(settings.placement, deviceCount, seed);
  const [serverX, serverY] = settings.serverMetres ?? [0, 0];
  const height = settings.serverHeightMetres ?? 0;
  const distanceMetres = positions.xMetres.map((x, device) =>
    Math.hypot(x - serverX, positions.yMetres[device] - serverY, height),
  );
  const meanGain = distanceMetres.map(
    (distance, device) =>
      pathGain(settings.pathLoss, distance) * shadowingGain(settings.shadowing, seed, device),
  );
  return {
    settings,
    seed,
    positions,
    distanceMetres,
    meanGain,
    powerWatts: transmitPowerWatts(settings, deviceCount),
    noiseWattsPerHz: noiseWattsPerHz(settings),
  };
}

/**
 * Whether the channels of successive rounds are correlated: with correlated fading, and in a measured
 * channel. The law of the channel is then computed from the last rounds.
 */
export function hasMemory({ fading, trace }: Pick<ChannelSettings, 'fading' | 'trace'>): boolean {
  return trace !== undefined || correlationOf(fading) > 0;
}

/**
 * The channel of any round, counted from 0. With correlated fading the cost grows with the round.
 *
 * @throws ConfigError if the gains come from a plug-in, which `run-channel.ts` calls
 */
export function channelOfRound(scenario: Scenario, round: number): ChannelRound {
  const { settings, meanGain, seed } = scenario;
  requireNoPlugin(settings);
  if (settings.trace !== undefined) return tracedRound(scenario, round);
  return withScatter(scenario, scatterOfRound(settings.fading, meanGain.length, seed, round));
}

/** The channel of the next round: the same bits as {@link channelOfRound}, at the cost of one round. */
export function nextChannelRound(scenario: Scenario, before: ChannelRound): ChannelRound {
  requireNoPlugin(scenario.settings);
  if (scenario.settings.trace !== undefined) return tracedRound(scenario, before.round + 1);
  return withScatter(scenario, nextScatter(scenario.settings.fading, before.scatter, scenario.seed));
}

/** The channel of a round as the scheduler sees it. */
export function radioChannel(scenario: Scenario, { channelGain }: ChannelRound): RadioChannel {
  const { settings, noiseWattsPerHz, powerWatts } = scenario;
  return { bandwidthHz: settings.bandwidthHz, noiseWattsPerHz, powerWatts, channelGain };
}

/**
 * The channels of the last `most` rounds up to the given one, oldest first; fewer at the start of a run. The
 * same bits as {@link channelOfRound}. With correlated fading the cost grows with the round.
 */
export function lastChannelRounds(scenario: Scenario, round: number, most: number): readonly ChannelRound[] {
  const first = Math.max(0, round - most + 1);
  const rounds = [channelOfRound(scenario, first)];
  while (rounds.length < round - first + 1) {
    rounds.push(nextChannelRound(scenario, rounds[rounds.length - 1]));
  }
  return rounds;
}

/**
 * A channel with the distribution of a round's, but not part of the run, for estimates before the first
 * round. Only for independent rounds. Its band is the run's, times the fraction of all devices that are
 * given.
 *
 * @param draw index of the draw
 */
export function channelOfNoRound(scenario: Scenario, devices: readonly number[], draw: number): RadioChannel {
  const { settings, meanGain, seed, powerWatts } = scenario;
  const power = fadingPower(settings.fading, scatterOfNoRound(settings.fading, devices, seed, draw));
  return {
    bandwidthHz: settings.bandwidthHz * (devices.length / meanGain.length),
    noiseWattsPerHz: scenario.noiseWattsPerHz,
    powerWatts: Float64Array.from(devices, (device) => powerWatts[device]),
    channelGain: Float64Array.from(devices, (device, index) => meanGain[device] * power[index]),
  };
}

/** A round's channel for some of the devices, with their fraction of the band. */
export function channelOfDevices(channel: RadioChannel, devices: readonly number[]): RadioChannel {
  return {
    bandwidthHz: channel.bandwidthHz * (devices.length / channel.channelGain.length),
    noiseWattsPerHz: channel.noiseWattsPerHz,
    powerWatts: Float64Array.from(devices, (device) => powerOfDevice(channel, device)),
    channelGain: Float64Array.from(devices, (device) => channel.channelGain[device]),
  };
}

/**
 * The channel of one round computed from the settings: {@link drawScenario} and {@link channelOfRound} in one
 * call, for a caller that keeps no scenario. The same bits.
 */
export function roundChannel(
  settings: ChannelSettings,
  seed: number,
  deviceCount: number,
  round: number,
): RadioChannel {
  const scenario = drawScenario(settings, seed, deviceCount);
  return radioChannel(scenario, channelOfRound(scenario, round));
}

/** A round of a measured channel, which has no scatter. */
function tracedRound(scenario: Scenario, round: number): ChannelRound {
  const { settings, powerWatts, noiseWattsPerHz } = scenario;
  const { trace, bandwidthHz } = settings;
  if (trace === undefined || typeof trace === 'string') {
    throw new ConfigError('was not read.', { subject: 'channel.trace' });
  }
  const channelGain = traceGains(trace, { bandwidthHz, noiseWattsPerHz, powerWatts }, round);
  return { round, channelGain, scatter: NO_SCATTER(round) };
}

/** The scatter of a round whose gains come from measurements or a plug-in. */
export const NO_SCATTER = (round: number): ScatterState => ({
  round,
  real: new Float64Array(0),
  imaginary: new Float64Array(0),
});

function requireNoPlugin({ model }: ChannelSettings): void {
  if (model === undefined) return;
  throw new ConfigError('is a plug-in, which this command does not run.', {
    subject: 'channel.model',
    remedy: 'Leave it out here: the channel is then drawn from the other settings.',
  });
}

function withScatter(scenario: Scenario, scatter: ScatterState): ChannelRound {
  const power = fadingPower(scenario.settings.fading, scatter);
  return {
    round: scatter.round,
    channelGain: scenario.meanGain.map((gain, device) => gain * power[device]),
    scatter,
  };
}
