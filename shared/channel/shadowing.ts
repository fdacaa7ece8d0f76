import * as z from 'zod';
import { randomStream } from '#shared/random/random-stream.ts';
import { ratioOfDecibels } from './decibels.ts';

/** Log-normal shadowing: obstacles between server and device, fixed for a run because positions are. */
export const shadowingSettings = z
  .strictObject({
    standardDeviationDb: z
      .number()
      .nonnegative()
      .max(30)
      .default(0)
      .describe('log-normal shadowing; 0 is none, 4 to 8 are usual in cities'),
  })
  .prefault({});

export type ShadowingSettings = z.output<typeof shadowingSettings>;

/** The shadowing power gain of a device, from the stream (seed, 'shadowing', device): median one. */
export function shadowingGain(settings: ShadowingSettings, seed: number, device: number): number {
  if (settings.standardDeviationDb === 0) return 1;
  return ratioOfDecibels(settings.standardDeviationDb * randomStream(seed, 'shadowing', device).normal());
}
