import { ConfigError } from '#shared/errors.ts';
import { wattsOfDbm } from './decibels.ts';
import { type FadingSettings, validateFading } from './fading.ts';
import { type PathLossSettings, validatePathLoss } from './path-loss.ts';
import type { PlacementSettings, PositionMetres } from './placement.ts';
import type { ShadowingSettings } from './shadowing.ts';

/** The radio environment of a run. Powers and noise are given in one unit or the other, never both. */
export interface ChannelSettings {
  /** B, shared by the scheduled devices [Hz]. */
  readonly bandwidthHz: number;
  /** N0 [W/Hz], or `noiseDbmPerHz`. */
  readonly noiseWattsPerHz?: number | undefined;
  readonly noiseDbmPerHz?: number | undefined;
  /** P [W], one for all or one per device, or `powerDbm`. */
  readonly powerWatts?: number | readonly number[] | undefined;
  readonly powerDbm?: number | readonly number[] | undefined;
  readonly placement: PlacementSettings;
  /** Where the edge server stands [m]; the origin where left out. */
  readonly serverMetres?: PositionMetres | undefined;
  /** How far the server's antenna is above the devices' [m]; 0 where left out. */
  readonly serverHeightMetres?: number | undefined;
  readonly pathLoss: PathLossSettings;
  readonly shadowing: ShadowingSettings;
  readonly fading: FadingSettings;
}

/**
 * A small city cell. The stored text of the paper lost every number of its setting (radius, zeta, d0, alpha, N0, B, P):
 * all of these are assumptions, chosen in the range that papers of the field use.
 */
export const DEFAULT_CHANNEL: ChannelSettings = {
  bandwidthHz: 20e6,
  noiseDbmPerHz: -174,
  powerDbm: 20,
  placement: { kind: 'disc', radiusMetres: 250 },
  pathLoss: { kind: 'power-law', referenceGainDb: -30, referenceDistanceMetres: 1, exponent: 3.5 },
  shadowing: { standardDeviationDb: 0 },
  fading: { kind: 'rayleigh', correlation: 0 },
};

/** N0 [W/Hz]. @throws ConfigError unless it is given exactly once */
export function noiseWattsPerHz(settings: ChannelSettings): number {
  const { noiseWattsPerHz: watts, noiseDbmPerHz: dbm } = settings;
  if (watts !== undefined && dbm === undefined) return watts;
  if (dbm !== undefined && watts === undefined) return wattsOfDbm(dbm);
  throw givenOnce('noiseWattsPerHz', 'noiseDbmPerHz');
}

/** P_n [W] of each device. @throws ConfigError unless it is given exactly once, for all or for each */
export function transmitPowerWatts(settings: ChannelSettings, deviceCount: number): Float64Array {
  const { powerWatts: watts, powerDbm: dbm } = settings;
  if (watts !== undefined && dbm === undefined) return perDevice('powerWatts', watts, deviceCount);
  if (dbm !== undefined && watts === undefined)
    return perDevice('powerDbm', dbm, deviceCount).map(wattsOfDbm);
  throw givenOnce('powerWatts', 'powerDbm');
}

function perDevice(name: string, given: number | readonly number[], deviceCount: number): Float64Array {
  if (typeof given === 'number') return new Float64Array(deviceCount).fill(given);
  if (given.length !== deviceCount) {
    throw new ConfigError(`has ${given.length} values for ${deviceCount} devices.`, {
      subject: name,
      remedy: 'Give one power for all devices, or one per device.',
    });
  }
  return Float64Array.from(given);
}

/** Checks what the parts do not check when they are used. @throws ConfigError naming the setting */
export function validateChannel(settings: ChannelSettings): void {
  noiseWattsPerHz(settings);
  validatePathLoss(settings.pathLoss);
  validateFading(settings.fading);
  const { standardDeviationDb } = settings.shadowing;
  if (!(Number.isFinite(standardDeviationDb) && standardDeviationDb >= 0)) {
    throw new ConfigError(`is ${standardDeviationDb}; it must be 0 or more.`, {
      subject: 'shadowing.standardDeviationDb',
    });
  }
}

function givenOnce(plain: string, logarithmic: string): ConfigError {
  return new ConfigError(`give exactly one of ${plain} and ${logarithmic}.`, { subject: 'channel' });
}
