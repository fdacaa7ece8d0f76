import * as z from 'zod';
import { ratioOfDecibels } from '#shared/channel/decibels.ts';

/**
 * Measured quantities of a trace: the gain, the signal-to-noise ratio over the whole band, or the rate in it.
 */
export const TRACE_QUANTITIES = ['gainDb', 'snrDb', 'rateBitsPerSecond'] as const;
export type TraceQuantity = (typeof TRACE_QUANTITIES)[number];

/** Maximum number of values of a trace, which is part of the settings of a run. */
export const MOST_TRACE_VALUES = 1_000_000;

/** Largest rate of a device [bit/s]. */
export const MOST_RATE = 1e15;

/** Least and most gain of a device: -300 and 300 dB, with which all figures of a round stay finite. */
const LEAST_GAIN = 1e-30;
const MOST_GAIN = 1e30;

/** A measured channel, as `readTrace` makes it from a file. */
export const traceSettings = z
  .strictObject({
    file: z.string().min(1).describe('the file that the trace was read from'),
    quantity: z.enum(TRACE_QUANTITIES).describe('quantity of the values'),
    devices: z.int().positive().describe('number of devices in the trace'),
    values: z
      .array(z.number().min(-300).max(MOST_RATE))
      .min(1)
      .max(MOST_TRACE_VALUES)
      .readonly()
      .describe('the values, all devices of round 1, then of round 2, ...'),
  })
  .refine(({ values, devices }) => values.length % devices === 0, {
    path: ['values'],
    message: 'must have one entry for each device in every round',
  });

export type TraceSettings = z.output<typeof traceSettings>;

/** Number of rounds of a trace. */
export function traceRounds({ values, devices }: TraceSettings): number {
  return values.length / devices;
}

/** The radio parameters with which measured values are converted to gains. */
export interface TraceRadio {
  readonly bandwidthHz: number;
  readonly noiseWattsPerHz: number;
  readonly powerWatts: Float64Array;
}

/**
 * |h_n|^2 of the first devices of a trace in a round. After its last round a trace is repeated. A ratio or
 * rate is that of a device with the whole band and its transmit power: |h|^2 = SNR * N0 * B / P, and
 * SNR = 2^(R/B) - 1. Gains are limited to -300 and 300 dB.
 */
export function traceGains(trace: TraceSettings, radio: TraceRadio, round: number): Float64Array {
  const { quantity, devices, values } = trace;
  const first = (round % traceRounds(trace)) * devices;
  const { bandwidthHz, noiseWattsPerHz, powerWatts } = radio;
  return powerWatts.map((power, device) => {
    const value = values[first + device];
    if (quantity === 'gainDb') return gainWithinLimits(ratioOfDecibels(value));
    const snr = quantity === 'snrDb' ? ratioOfDecibels(value) : Math.expm1((value / bandwidthHz) * Math.LN2);
    return gainWithinLimits((Math.min(snr, MOST_GAIN) * noiseWattsPerHz * bandwidthHz) / power);
  });
}

/** A gain limited to the permitted range; a gain of 0, as from a rate of 0, becomes the least gain. */
export function gainWithinLimits(gain: number): number {
  return Math.min(MOST_GAIN, Math.max(LEAST_GAIN, gain));
}
