import { PluginError } from '#shared/errors.ts';
import type { HostedPlugin } from '#shared/plugins/plugin-host.ts';
import { returnedNumbers, returnedText } from '#shared/plugins/returned-numbers.ts';
import type { ChannelPluginRecord } from './plugin/channel-plugin-record.ts';
import type { ChannelPluginRound } from './plugin/define-channel.ts';
import {
  type ChannelRound,
  channelOfRound,
  lastChannelRounds,
  NO_SCATTER,
  nextChannelRound,
  type Scenario,
} from './scenario.ts';
import { gainWithinLimits } from './trace/trace-settings.ts';

/** A channel plug-in that a host has opened. A call gives the gains of a round: round, settings. */
export type ChannelPlugin = HostedPlugin<ChannelPluginRecord>;

/** The channel of a run: drawn or measured by its settings, or given by a plug-in. */
export interface RunChannel {
  readonly scenario: Scenario;
  /** Undefined for a channel of the settings. */
  readonly plugin: ChannelPlugin | undefined;
  /** Number of rounds of the run; null if one round is drawn without a run. */
  readonly rounds: number | null;
}

/**
 * The channels of the last `most` rounds up to the given one, oldest first; fewer at the start of a run.
 *
 * @throws PluginError naming the plug-in and the round
 */
export async function lastRoundsOf(
  channel: RunChannel,
  round: number,
  most: number,
): Promise<readonly ChannelRound[]> {
  if (channel.plugin === undefined) return lastChannelRounds(channel.scenario, round, most);
  const rounds: ChannelRound[] = [];
  for (let index = Math.max(0, round - most + 1); index <= round; index++) {
    rounds.push(await runRound(channel, index));
  }
  return rounds;
}

/**
 * The channel of any round, counted from 0.
 *
 * @throws PluginError naming the plug-in and the round
 */
export async function runRound(channel: RunChannel, round: number): Promise<ChannelRound> {
  const { scenario, plugin } = channel;
  return plugin === undefined ? channelOfRound(scenario, round) : roundByPlugin(channel, plugin, round);
}

/**
 * The channel of the round after the given one, or of the first round. The same bits as the last one of
 * {@link lastRoundsOf}, at the cost of one round.
 *
 * @throws PluginError naming the plug-in and the round
 */
export async function roundAfter(
  channel: RunChannel,
  before: ChannelRound | undefined,
): Promise<ChannelRound> {
  if (before === undefined) return runRound(channel, 0);
  return channel.plugin === undefined
    ? nextChannelRound(channel.scenario, before)
    : runRound(channel, before.round + 1);
}

/**
 * The checked gains of a round by the plug-in, limited to -300 to 300 dB as in measured channels.
 *
 * @throws PluginError naming the plug-in and the round
 */
async function roundByPlugin(
  { scenario, rounds }: RunChannel,
  { record, subject, call }: ChannelPlugin,
  round: number,
): Promise<ChannelRound> {
  const place = `round ${round + 1}${rounds !== null && round >= rounds ? ', after the last' : ''}`;
  const returned = await call([givenRound(scenario, round, rounds), record.settings], place);
  const devices = scenario.meanGain.length;
  const fail = (message: string): never => {
    throw new PluginError(message, {
      subject: `${subject}, ${place}`,
      remedy: 'Return a list with the power gain of every device.',
    });
  };
  const gains = returnedNumbers(returned);
  if (gains === undefined) return fail(`returned ${returnedText(returned)}.`);
  if (gains.length !== devices) fail(`returned ${gains.length} gains for ${devices} devices.`);
  const wrong = gains.findIndex((gain) => !(gain > 0 && Number.isFinite(gain)));
  if (wrong >= 0) fail(`gave device ${wrong} the gain ${gains[wrong]}; it must be finite and above 0.`);
  return { round, channelGain: Float64Array.from(gains, gainWithinLimits), scatter: NO_SCATTER(round) };
}

function givenRound(scenario: Scenario, round: number, rounds: number | null): ChannelPluginRound {
  const { seed, positions, distanceMetres, meanGain, powerWatts, noiseWattsPerHz, settings } = scenario;
  return {
    round,
    rounds,
    seed,
    devices: meanGain.length,
    ...positions,
    distanceMetres,
    meanGain,
    powerWatts,
    noiseWattsPerHz,
    bandwidthHz: settings.bandwidthHz,
  };
}
