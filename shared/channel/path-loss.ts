import * as z from 'zod';
import { namesOf } from '#shared/names-of.ts';
import { ratioOfDecibels } from './decibels.ts';

interface LogDistanceLaw {
  readonly interceptDb: number;
  readonly slopeDb: number;
  readonly carrierSlopeDb: number;
}

/**
 * Laws for distances below the breakpoint, user terminal at 1.5 m. From 3GPP TR 38.901, table 7.4.1-1 (urban
 * macro, urban micro street canyon, indoor hotspot; with and without line of sight) and TR 36.942 (macro cell
 * at 2 GHz: 128.1 + 37.6 log10(d/1 km)).
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
export const LOG_DISTANCE_MODELS: readonly LogDistanceModel[] = namesOf(LAWS);

/** For each law without line of sight, the law with it. The loss is the larger of the two (TR 38.901). */
const LINE_OF_SIGHT: Readonly<Partial<Record<LogDistanceModel, LogDistanceModel>>> = {
  'uma-nlos': 'uma-los',
  'umi-nlos': 'umi-los',
  'indoor-nlos': 'indoor-los',
};

const kind = 'law by which the mean received power falls with distance';

/** Settings of the path loss: the law by which the mean received power falls with distance. */
export const pathLossSettings = z
  .discriminatedUnion('kind', [
    /** The paper's zeta * (d/d0)^(-alpha). A distance below d0 counts as d0. */
    z.strictObject({
      kind: z.literal('power-law').describe(kind),
      referenceGainDb: z.number().min(-200).max(100).describe('zeta, the gain at the reference distance'),
      referenceDistanceMetres: z.number().min(1e-3).max(1e8).describe('d0, the reference distance'),
      exponent: z.number().positive().max(8).describe('alpha: 2 in free space, 3 to 4 in cities'),
    }),
    /**
     * A standard's loss in dB, d at least 1 m: intercept + slope*log10(d/1 m) + carrierSlope*log10(f/1 GHz).
     */
    z.strictObject({
      kind: z.literal('log-distance').describe(kind),
      model: z.enum(LOG_DISTANCE_MODELS).describe("a standard's law"),
      carrierHz: z
        .number()
        .min(1e3)
        .max(1e15)
        .describe('carrier frequency; the models without a carrier term ignore it'),
    }),
  ])
  .default({ kind: 'power-law', referenceGainDb: -30, referenceDistanceMetres: 1, exponent: 3.5 });

export type PathLossSettings = z.output<typeof pathLossSettings>;

/** Mean power gain at a distance: a ratio, below 1 for any physical setting. */
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
