import * as z from 'zod';
import { type ChannelSettings, DEFAULT_CHANNEL } from '#shared/channel/channel-settings.ts';
import { LOG_DISTANCE_MODELS } from '#shared/channel/path-loss.ts';

const positive = z.number().positive();
const position = z.tuple([z.number(), z.number()]);

const placement = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('disc').describe('where devices are'),
    radiusMetres: positive.describe('radius of the disc they are uniform in'),
    centreMetres: position.optional().describe('its centre, x and y'),
  }),
  z.strictObject({
    kind: z.literal('ring').describe('where devices are'),
    innerRadiusMetres: z.number().nonnegative().describe('inner radius of the ring'),
    outerRadiusMetres: positive.describe('outer radius of the ring'),
    centreMetres: position.optional().describe('its centre, x and y'),
  }),
  z.strictObject({
    kind: z.literal('positions').describe('where devices are'),
    positionsMetres: z.array(position).min(1).describe('x and y of every device'),
  }),
]);

const pathLoss = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('power-law').describe('how the gain falls with distance'),
    referenceGainDb: z.number().describe('gain at the reference distance'),
    referenceDistanceMetres: positive.describe('reference distance d0'),
    exponent: positive.describe('path loss exponent'),
  }),
  z.strictObject({
    kind: z.literal('log-distance').describe('how the gain falls with distance'),
    model: z.enum(LOG_DISTANCE_MODELS).describe("a standard's law"),
    carrierHz: positive.describe('carrier frequency'),
  }),
]);

const correlation = z.number().min(0).lt(1).optional().describe('correlation of fading from round to round');

const fading = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none').describe('small-scale fading, one draw per device and round') }),
  z.strictObject({ kind: z.literal('rayleigh'), correlation }),
  z.strictObject({
    kind: z.literal('rician'),
    kFactorDb: z.number().describe('power of the fixed path over that of the scatter'),
    correlation,
  }),
]);

/** The radio environment. Powers and noise are given in watts or in dBm, never in both. */
export const channelSchema = z.strictObject({
  bandwidthHz: positive.default(DEFAULT_CHANNEL.bandwidthHz).describe('band shared by the scheduled devices'),
  noiseWattsPerHz: positive.optional().describe('noise power spectral density'),
  noiseDbmPerHz: z.number().optional().describe('the same in dBm per Hz; -174 where neither is given'),
  powerWatts: z
    .union([positive, z.array(positive)])
    .optional()
    .describe('transmit power, one for all or one per device'),
  powerDbm: z
    .union([z.number(), z.array(z.number())])
    .optional()
    .describe('the same in dBm; 20 where neither is given'),
  placement: placement.default({ kind: 'disc', radiusMetres: 250 }),
  serverMetres: position.optional().describe('where the edge server is, x and y'),
  serverHeightMetres: z
    .number()
    .nonnegative()
    .optional()
    .describe("height of its antenna above the devices'"),
  pathLoss: pathLoss.default({
    kind: 'power-law',
    referenceGainDb: -30,
    referenceDistanceMetres: 1,
    exponent: 3.5,
  }),
  shadowing: z
    .strictObject({
      standardDeviationDb: z.number().nonnegative().default(0).describe('log-normal shadowing; 0 is none'),
    })
    .prefault({}),
  fading: fading.default({ kind: 'rayleigh' }),
}) satisfies z.ZodType<ChannelSettings>;

/** The settings with noise and power filled in where neither of their units was given. */
export function completeChannel(given: z.output<typeof channelSchema>): ChannelSettings {
  const { noiseWattsPerHz, noiseDbmPerHz, powerWatts, powerDbm } = given;
  return {
    ...given,
    ...(noiseWattsPerHz === undefined && noiseDbmPerHz === undefined
      ? { noiseDbmPerHz: DEFAULT_CHANNEL.noiseDbmPerHz }
      : {}),
    ...(powerWatts === undefined && powerDbm === undefined ? { powerDbm: DEFAULT_CHANNEL.powerDbm } : {}),
  };
}
