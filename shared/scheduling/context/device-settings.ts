import * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';
import { randomStream } from '#shared/random/random-stream.ts';

const seconds = z.number().nonnegative().max(1e9);
const kind = 'how computing times are spread over the devices';

/**
 * Computing time of a device in a round [s]: one value for all devices, one for each, or a distribution that
 * each device draws from once.
 */
const computeSeconds = z
  .union([
    seconds,
    z.array(seconds).min(1).readonly(),
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('uniform').describe(kind),
        leastSeconds: seconds.describe('the fastest possible device'),
        mostSeconds: seconds.describe('the slowest possible device'),
      }),
      z.strictObject({
        kind: z.literal('exponential').describe(kind),
        leastSeconds: seconds.default(0).describe('least computing time of a device'),
        meanSeconds: seconds.describe('mean computing time in addition to leastSeconds'),
      }),
      z.strictObject({
        kind: z.literal('log-normal').describe(kind),
        medianSeconds: seconds.describe('median over the devices'),
        sigma: z.number().nonnegative().max(10).describe('standard deviation of the logarithm'),
      }),
    ]),
  ])
  .default(0)
  .describe('computing time of a device in a round; it delays the messages of the device');

/**
 * Settings of the devices. Times and energies are modelled: no clock is read, so that plans are the same on
 * every host.
 */
export const deviceSettings = z
  .strictObject({
    computeSeconds,
    cyclesPerSecond: z
      .number()
      .positive()
      .max(1e15)
      .default(1e9)
      .describe("clock rate f of a device's processor"),
    effectiveCapacitance: z
      .number()
      .nonnegative()
      .max(1)
      .default(1e-28)
      .describe(
        'effective capacitance of the processor: t seconds of computing take capacitance * f^3 * t joules',
      ),
  })
  .prefault({});

export type DeviceSettings = z.output<typeof deviceSettings>;

/**
 * c_n, the computing time of a device in a round [s]. Draws come from the stream (seed, 'device', n).
 *
 * @throws ConfigError if a list has no entry for the device
 */
export function deviceComputeSeconds(
  { computeSeconds: given }: Pick<DeviceSettings, 'computeSeconds'>,
  seed: number,
  device: number,
): number {
  if (typeof given === 'number') return given;
  if ('kind' in given) {
    const stream = randomStream(seed, 'device', device);
    switch (given.kind) {
      case 'uniform':
        return given.leastSeconds + stream.uniform() * (given.mostSeconds - given.leastSeconds);
      case 'exponential':
        return given.leastSeconds + given.meanSeconds * stream.exponential();
      case 'log-normal':
        return given.medianSeconds * Math.exp(given.sigma * stream.normal());
    }
  }
  const value = given[device];
  if (value !== undefined) return value;
  throw new ConfigError(`has ${given.length} values; there is a device ${device}.`, {
    subject: 'device.computeSeconds',
    remedy: 'Give one value for all devices, or one for each.',
  });
}

/**
 * c_n of all devices [s].
 *
 * @throws ConfigError as {@link deviceComputeSeconds}
 */
export function computeSecondsOfAll(settings: DeviceSettings, seed: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, device) => deviceComputeSeconds(settings, seed, device));
}

/** Energy of computing for `computeSeconds`, capacitance * f^3 * t [J]. */
export function computeJoules(
  { cyclesPerSecond, effectiveCapacitance }: DeviceSettings,
  computeSeconds: number,
): number {
  return effectiveCapacitance * cyclesPerSecond ** 3 * computeSeconds;
}
