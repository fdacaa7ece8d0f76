import type { RandomSource } from '#shared/plugins/random-source.ts';
import type { GivenSchema } from '#shared/plugins/settings-schema.ts';

/**
 * Version of the interface of channel plug-ins. It rises when plug-ins of the previous version stop working.
 */
export const CHANNEL_INTERFACE_VERSION = 1;

/** The inputs of a channel plug-in in a round. */
export interface ChannelPluginRound {
  /**
   * Index of the round, from 0. It may be beyond the last round: the law of the channel is drawn from such
   * rounds before the first one.
   */
  readonly round: number;
  /** Number of rounds of the run; null if one round is drawn without a run. */
  readonly rounds: number | null;
  /** Seed of the run. Modules draw numbers from `random`, commands derive them from seed and round. */
  readonly seed: number;
  /** Number of devices; their indices are 0 to devices - 1. */
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

/** A channel plug-in: the default export of its module. */
export interface ChannelDefinition<Settings = unknown> {
  readonly interfaceVersion: typeof CHANNEL_INTERFACE_VERSION;
  /** Name in tables and reports. */
  readonly name: string;
  /** Schema of `channel.modelSettings`; absent for a channel without settings. */
  readonly settings?: GivenSchema<Settings>;
  /**
   * Whether the gains of successive rounds are correlated. The price of delay then comes from the last
   * rounds; otherwise from a law that is drawn before the first round.
   */
  readonly memory?: boolean;
  /**
   * The power gain |h|^2 of each device in a round, above 0. Must be pure: a round may be drawn more than
   * once, in any order and on different machines, and the same arguments must give the same gains.
   *
   * @param random random streams of the run: `random(round.round, device)` for draws of a device in a round,
   *   `random(device)` for draws of a device that hold for the whole run
   */
  readonly gains: (
    round: ChannelPluginRound,
    settings: Settings,
    random: RandomSource,
  ) => ArrayLike<number> | Promise<ArrayLike<number>>;
}

/** Returns the definition unchanged. It checks the types and infers the type of the settings. */
export function defineChannel<Settings = Readonly<Record<string, never>>>(
  definition: ChannelDefinition<Settings>,
): ChannelDefinition<Settings> {
  return definition;
}
