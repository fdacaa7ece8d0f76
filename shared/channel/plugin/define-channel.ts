import type { RandomSource } from '#shared/plugins/random-source.ts';
import type { GivenSchema } from '#shared/plugins/settings-schema.ts';

/**
 * Version of the interface of channel plug-ins. It rises when a plug-in of the version before would not do.
 */
export const CHANNEL_INTERFACE_VERSION = 1;

/** What a channel plug-in knows of a round. */
export interface ChannelPluginRound {
  /**
   * Index of the round, from 0. It may be beyond the last round: the law of the channel is drawn from such
   * rounds before the first one.
   */
  readonly round: number;
  /** Number of rounds of the run; null where one round is drawn by itself. */
  readonly rounds: number | null;
  /** Seed of the run. Modules draw numbers from `random`, commands derive them from seed and round. */
  readonly seed: number;
  /** Number of devices; they are called 0 to devices - 1. */
  readonly devices: number;
  /** Position of each device [m]. */
  readonly xMetres: Float64Array;
  readonly yMetres: Float64Array;
  /** Distance of each device to the antenna of the edge server [m]. */
  readonly distanceMetres: Float64Array;
  /** Path loss times shadowing of each device by the settings, a power ratio. */
  readonly meanGain: Float64Array;
  /** Transmit power of each device [W]. */
  readonly powerWatts: Float64Array;
  /** N0 [W/Hz]. */
  readonly noiseWattsPerHz: number;
  /** B, which the scheduled devices share [Hz]. */
  readonly bandwidthHz: number;
}

/** A channel of one's own: the default export of a plug-in's module. */
export interface ChannelDefinition<Settings = unknown> {
  readonly interfaceVersion: typeof CHANNEL_INTERFACE_VERSION;
  /** Name in tables and reports. */
  readonly name: string;
  /** Schema of `channel.modelSettings`. Left out for a channel without settings. */
  readonly settings?: GivenSchema<Settings>;
  /**
   * Whether a round's gains tell of those of the next rounds. The delay is then priced by the last rounds;
   * else by a law that is drawn before the first round.
   */
  readonly memory?: boolean;
  /**
   * The power gain |h|^2 of each device in a round, above 0. Pure: the same arguments give the same gains, as
   * a round may be drawn more than once, in any order, and on another machine.
   *
   * @param random random streams of the run: `random(round.round, device)` has the draws of a device in a
   *   round, `random(device)` those of a device for the whole run
   */
  readonly gains: (
    round: ChannelPluginRound,
    settings: Settings,
    random: RandomSource,
  ) => ArrayLike<number> | Promise<ArrayLike<number>>;
}

/** Returns the definition unchanged: it checks the types, and infers those of the settings. */
export function defineChannel<Settings = Readonly<Record<string, never>>>(
  definition: ChannelDefinition<Settings>,
): ChannelDefinition<Settings> {
  return definition;
}
