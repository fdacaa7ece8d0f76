import * as z from 'zod';
import { DEFAULT_TIMEOUT_SECONDS, timeoutSetting } from '#shared/plugins/named-plugin.ts';
import { pluginSettings } from '#shared/plugins/plugin-record.ts';
import { pluginReference } from '#shared/plugins/plugin-reference-schema.ts';
import { wattsOfDbm } from './decibels.ts';
import { fadingSettings } from './fading.ts';
import { pathLossSettings } from './path-loss.ts';
import { placementSettings, position } from './placement.ts';
import { shadowingSettings } from './shadowing.ts';
import { traceSettings } from './trace/trace-settings.ts';

/** Thermal noise at room temperature. */
const DEFAULT_NOISE_DBM_PER_HZ = -174;
const DEFAULT_POWER_DBM = 20;

/** Pairs of settings for the same quantity in two units. In a merge, one of a pair replaces the other. */
export const CHANNEL_ALTERNATIVES = [
  ['noiseWattsPerHz', 'noiseDbmPerHz'],
  ['powerWatts', 'powerDbm'],
] as const;

const powerWatts = z.number().min(1e-12).max(1e9);
const powerDbm = z.number().min(-90).max(120);
const oneOrEach = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1).readonly()]);

const given = z
  .strictObject({
    bandwidthHz: z
      .number()
      .min(1e-3)
      .max(1e15)
      .default(20e6)
      .describe('band shared by the scheduled devices'),
    noiseWattsPerHz: z.number().min(1e-40).max(1).optional().describe('noise power spectral density'),
    noiseDbmPerHz: z
      .number()
      .min(-370)
      .max(30)
      .optional()
      .describe(`the same in dBm per Hz; ${DEFAULT_NOISE_DBM_PER_HZ} if neither is given`),
    powerWatts: oneOrEach(powerWatts).optional().describe('transmit power, one for all or one per device'),
    powerDbm: oneOrEach(powerDbm)
      .optional()
      .describe(`the same in dBm; ${DEFAULT_POWER_DBM} if neither is given`),
    placement: placementSettings,
    serverMetres: position.optional().describe('position of the edge server, x and y; the origin by default'),
    serverHeightMetres: z
      .number()
      .nonnegative()
      .max(1e8)
      .optional()
      .describe("height of its antenna above the devices' antennas; 0 by default"),
    pathLoss: pathLossSettings,
    shadowing: shadowingSettings,
    fading: fadingSettings,
    model: pluginReference
      .optional()
      .describe(
        'channel plug-in, which gives the gains of each round instead of fading: a .ts or .js file, a package',
      ),
    modelSettings: pluginSettings.optional().describe('settings of a channel plug-in, by its schema'),
    modelTimeoutSeconds: timeoutSetting
      .optional()
      .describe(`time limit of a channel plug-in for each round; ${DEFAULT_TIMEOUT_SECONDS} by default`),
    trace: z
      .union([traceSettings, z.string().min(1)])
      .optional()
      .describe(
        'file of measured gains, ratios or rates by device and round, instead of path loss, shadowing and fading',
      ),
    traceRoundSeconds: z
      .number()
      .min(1e-3)
      .max(1e6)
      .optional()
      .describe('time of a trace that passes in a round, for traces by time; 1 by default'),
  })
  .superRefine((channel, context) => {
    if (channel.model !== undefined && channel.trace !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['model'],
        message: 'is given beside trace, which also gives the gains: give one of them',
      });
    }
    if (channel.model === undefined && channel.modelSettings !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['modelSettings'],
        message: 'is for a channel plug-in: name the plug-in with channel.model, or leave this out',
      });
    }
    for (const [plain, logarithmic] of CHANNEL_ALTERNATIVES) {
      if (channel[plain] === undefined || channel[logarithmic] === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [plain],
        message: `is given beside ${logarithmic}, which is the same in another unit: give one of them`,
      });
    }
  });

/**
 * Settings of the radio channel. Noise and power are given in watts or in dBm; parsed settings hold one of
 * the two units of each. The stored text of the paper lost the numbers of its scenario (radius, zeta, d0,
 * alpha, N0, B, P). The defaults are assumptions: a small city cell, with values that are usual in the field.
 */
export const channelSettings = given
  .transform(({ noiseWattsPerHz, noiseDbmPerHz, powerWatts, powerDbm, ...rest }) => ({
    ...rest,
    ...(noiseWattsPerHz === undefined
      ? { noiseDbmPerHz: noiseDbmPerHz ?? DEFAULT_NOISE_DBM_PER_HZ }
      : { noiseWattsPerHz }),
    ...(powerWatts === undefined ? { powerDbm: powerDbm ?? DEFAULT_POWER_DBM } : { powerWatts }),
  }))
  .prefault({});

export type ChannelSettings = z.output<typeof channelSettings>;

/**
 * Adds an issue for each list of the channel settings without an entry per device.
 *
 * @param at path of the channel in the settings that are checked
 */
export function checkChannelDevices(
  channel: ChannelSettings,
  deviceCount: number,
  context: z.RefinementCtx,
  at: readonly string[],
): void {
  const addLengthIssue = (path: readonly string[], found: number): void =>
    context.addIssue({
      code: 'custom',
      path: [...at, ...path],
      message: `has ${found} entries for ${deviceCount} devices`,
    });
  const { placement, trace } = channel;
  if (typeof trace === 'string') {
    context.addIssue({
      code: 'custom',
      path: [...at, 'trace'],
      message: 'must be read before it is used, and cannot be swept',
    });
  } else if (trace !== undefined && trace.devices < deviceCount) {
    context.addIssue({
      code: 'custom',
      path: [...at, 'trace'],
      message: `has ${trace.devices} devices (${trace.file}); ${deviceCount} are needed`,
    });
  }
  if (placement.kind === 'positions' && placement.positionsMetres.length < deviceCount) {
    addLengthIssue(['placement', 'positionsMetres'], placement.positionsMetres.length);
  }
  const [unit, power] =
    'powerDbm' in channel
      ? (['powerDbm', channel.powerDbm] as const)
      : (['powerWatts', channel.powerWatts] as const);
  if (typeof power !== 'number' && power.length !== deviceCount) addLengthIssue([unit], power.length);
}

/** N0 [W/Hz]. */
export function noiseWattsPerHz(settings: ChannelSettings): number {
  return 'noiseDbmPerHz' in settings ? wattsOfDbm(settings.noiseDbmPerHz) : settings.noiseWattsPerHz;
}

/** P_n [W] of each device. */
export function transmitPowerWatts(settings: ChannelSettings, deviceCount: number): Float64Array {
  return 'powerDbm' in settings
    ? perDevice(settings.powerDbm, deviceCount).map(wattsOfDbm)
    : perDevice(settings.powerWatts, deviceCount);
}

function perDevice(power: number | readonly number[], deviceCount: number): Float64Array {
  return typeof power === 'number' ? new Float64Array(deviceCount).fill(power) : Float64Array.from(power);
}
