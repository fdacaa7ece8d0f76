/**
 * A wireless scenario and the channel gains of its rounds, drawn from named random
 * streams.
 *
 * @module airtune/channel
 */
import { type ChannelSettings, channelSettings } from '#shared/channel/settings.ts';
import { kindsIn, mergeSettings, type RawSettings } from '#shared/config/merge-settings.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';

export { dbmOfWatts, decibelsOfRatio, ratioOfDecibels, wattsOfDbm } from '#shared/channel/decibels.ts';
export type { DevicePositions, PositionMetres } from '#shared/channel/placement.ts';
export type { RadioChannel } from '#shared/channel/radio-channel.ts';
export { achievableRate, rateBitsPerSecond, transferDelaySeconds } from '#shared/channel/rate.ts';
export {
  type ChannelRound,
  channelOfRound,
  drawScenario,
  nextChannelRound,
  radioChannel,
  type Scenario,
} from '#shared/channel/scenario.ts';
export type { ChannelSettings } from '#shared/channel/settings.ts';
export type { RawSettings } from '#shared/config/merge-settings.ts';
export { AirtuneError, type ErrorKind } from '#shared/errors.ts';

/**
 * Checks settings of the radio channel (`channel.*`); a setting that is left out has its default.
 *
 * @throws ConfigError naming the setting that is unknown or out of range
 */
export function parseChannel(settings: RawSettings = {}): ChannelSettings {
  const kinds = kindsIn(channelSettings.parse({}));
  return parseStrict(channelSettings, mergeSettings(kinds, settings), 'channel');
}
