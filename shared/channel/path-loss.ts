import { ConfigError } from '#shared/errors.ts';
import { ratioOfDecibels } from './decibels.ts';

/** How the mean received power falls with distance. */
export type PathLossSettings =
  /** The paper's zeta * (d/d0)^(-alpha). Closer than d0 counts as d0. */
  | {
      readonly kind: 'power-law';
      /** zeta, the gain at the reference distance [dB]. */
      readonly referenceGainDb: number;
      /** d0 [m]. */
      readonly referenceDistanceMetres: number;
      /** alpha: 2 in free space, 3 to 4 in cities. */
      readonly exponent: number;
    }
  /** A standard's loss = intercept + slope * log10(d/1 m) + carrierSlope * log10(f/1 GHz), d at least 1 m. */
  | {
      readonly kind: 'log-distance';
      readonly model: LogDistanceModel;
      /** Carrier frequency [Hz]; the models without a carrier term ignore it. */
      readonly carrierHz: number;
    };

interface LogDistanceLaw {
  readonly interceptDb: number;
  readonly slopeDb: number;
  readonly carrierSlopeDb: number;
}

/**
 * Before the breakpoint distance, user terminal at 1.5 m. From 3GPP TR 38.901, table 7.4.1-1 (urban macro, urban micro
 * street canyon, indoor hotspot; with and without line of sight) and TR 36.942 (macro cell at 2 GHz:
 * 128.1 + 37.6 log10(d/1 km)).
 */
const LAWS = {
  'uma-los': { interceptDb: 28.0, slopeDb: 22, carrierSlopeDb: 20 },
  'uma-nlos': { interceptDb: 13.54, slopeDb: 39.08, carrierSlopeDb: 20 },
  'umi-los': { interceptDb: 32.4, slopeDb: 21, carrierSlopeDb: 20 },
  'umi-nlos': { interceptDb: 22.4, slopeDb: 35.3, carrierSlopeDb: 21.3 },
  'indoor-los': { interceptDb: 32.4, slopeDb: 17.3, carrierSlopeDb: 20 },
  'indoor-nlos': { interceptDb: 17.3, slopeDb: 38.3, carrierSlopeDb: 24.9 },
  'lte-macro': { interceptDb: 128.1 - 3 * 37.6, slopeDb: 37.6, carrierSlopeDb: 0 },
} as const satisfies Readonly<Record<string, LogDistanceLaw>>;

export type LogDistanceModel = keyof typeof LAWS;

/** The names of the log-distance presets. */
export const LOG_DISTANCE_MODELS = [
  'uma-los',
  'uma-nlos',
  'umi-los',
  'umi-nlos',
  'indoor-los',
  'indoor-nlos',
  'lte-macro',
] as const satisfies readonly LogDistanceModel[];

/** Without line of sight the loss is never below that with it (TR 38.901 takes the larger of the two). */
const LINE_OF_SIGHT: Readonly<Partial<Record<LogDistanceModel, LogDistanceModel>>> = {
  'uma-nlos': 'uma-los',
  'umi-nlos': 'umi-los',
  'indoor-nlos': 'indoor-los',
};

/** Mean power gain at a distance, a ratio below one for any physical setting. */
export function pathGain(settings: PathLossSettings, distanceMetres: number): number {
  switch (settings.kind) {
    case 'power-law': {
      const distances = Math.max(distanceMetres / settings.referenceDistanceMetres, 1);
      return ratioOfDecibels(settings.referenceGainDb) * distances ** -settings.exponent;
    }
    case 'log-distance': {
      const sight = LINE_OF_SIGHT[settings.model];
      const loss = lossDb(LAWS[settings.model], distanceMetres, settings.carrierHz);
      if (sight === undefined) return ratioOfDecibels(-loss);
      return ratioOfDecibels(-Math.max(loss, lossDb(LAWS[sight], distanceMetres, settings.carrierHz)));
    }
  }
}

function lossDb(law: LogDistanceLaw, distanceMetres: number, carrierHz: number): number {
  const carrier = law.carrierSlopeDb === 0 ? 0 : law.carrierSlopeDb * Math.log10(carrierHz / 1e9);
  return law.interceptDb + law.slopeDb * Math.log10(Math.max(distanceMetres, 1)) + carrier;
}

/** Checks the numbers of a path-loss model. @throws ConfigError naming the setting */
export function validatePathLoss(settings: PathLossSettings): void {
  const positive: Readonly<Record<string, number>> =
    settings.kind === 'power-law'
      ? { referenceDistanceMetres: settings.referenceDistanceMetres, exponent: settings.exponent }
      : { carrierHz: settings.carrierHz };
  for (const [name, value] of Object.entries(positive)) {
    if (!(Number.isFinite(value) && value > 0)) {
      throw new ConfigError(`is ${value}; it must be above 0.`, { subject: `pathLoss.${name}` });
    }
  }
  if (settings.kind === 'power-law' && !Number.isFinite(settings.referenceGainDb)) {
    throw new ConfigError(`is ${settings.referenceGainDb}.`, {
      subject: 'pathLoss.referenceGainDb',
      remedy: 'Give the gain at the reference distance in dB, for example -30.',
    });
  }
}
