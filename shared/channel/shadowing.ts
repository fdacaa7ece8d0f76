import * as z from 'zod';
import { randomStream } from '#shared/random/random-stream.ts';
import { ratioOfDecibels } from './decibels.ts';

/** Settings of log-normal shadowing by obstacles. Fixed for a run because the positions are. */
export const shadowingSettings = z
  .strictObject({
    standardDeviationDb: z
      .number()
      .nonnegative()
      .max(30)
      .default(0)
      .describe('standard deviation of log-normal shadowing; 0 for none, 4 to 8 are usual in cities'),
  })
  .prefault({});

export type ShadowingSettings = z.output<typeof shadowingSettings>;

/** Power gain of a device's shadowing, with a median of 1, from the stream (seed, 'shadowing', device). */
export function shadowingGain(settings: ShadowingSettings, seed: number, device: number): number {
  if (settings.standardDeviationDb === 0) return 1;
  return ratioOfDecibels(settings.standardDeviationDb * randomStream(seed, 'shadowing', device).normal());
}
