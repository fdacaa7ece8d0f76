import * as z from 'zod';
import { type RandomStream, randomStream } from '#shared/random/random-stream.ts';
import { ratioOfDecibels } from './decibels.ts';

const kind = 'small-scale fading: constant within a round (block fading), mean power one';

const correlation = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .describe('correlation of fading from round to round; with 0, rounds are independent');

/** Small-scale fading: constant within a round (block fading), mean power one. */
export const fadingSettings = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none').describe(kind) }),
    /** No line of sight: the power is exponentially distributed. */
    z.strictObject({ kind: z.literal('rayleigh').describe(kind), correlation }),
    /** A fixed path plus scatter; K is the ratio of their powers. */
    z.strictObject({
      kind: z.literal('rician').describe(kind),
      kFactorDb: z
        .number()
        .min(-100)
        .max(100)
        .describe(
          'K, the power of the fixed path over the power of the scatter; rayleigh is the limit K = 0',
        ),
      correlation,
    }),
  ])
  .prefault({ kind: 'rayleigh' });

export type FadingSettings = z.output<typeof fadingSettings>;

/**
 * The scattered part of every device's channel in one round: complex Gaussian, unit power. With a correlation
 * rho above 0 it is a first-order Gauss-Markov process over the rounds,
 *
 *     g_0 = w_0,   g_t = rho * g_{t-1} + sqrt(1 - rho^2) * w_t,   w_t from the stream (seed, 'fading', t, n),
 *
 * so E[g_t conj(g_{t-k})] = rho^k. The state is an explicit value: {@link nextScatter} computes it from the
 * round before, {@link scatterOfRound} from round 0 on. Both do the same operations and give the same bits.
 */
export interface ScatterState extends Scatter {
  readonly round: number;
}

/** Complex Gaussian values of unit power, by device. */
export interface Scatter {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** The scatter of any round. O(devices) without correlation, else O(devices * (round + 1)). */
export function scatterOfRound(
  settings: FadingSettings,
  deviceCount: number,
  seed: number,
  round: number,
): ScatterState {
  if (correlationOf(settings) === 0) return freshScatter(settings, deviceCount, seed, round);
  let state = freshScatter(settings, deviceCount, seed, 0);
  while (state.round < round) state = nextScatter(settings, state, seed);
  return state;
}

/** The scatter one round later. */
export function nextScatter(settings: FadingSettings, state: ScatterState, seed: number): ScatterState {
  const rho = correlationOf(settings);
  const fresh = freshScatter(settings, state.real.length, seed, state.round + 1);
  if (rho === 0) return fresh;
  const innovation = Math.sqrt(1 - rho * rho);
  const mix = (before: Float64Array, now: Float64Array) =>
    now.map((value, device) => rho * before[device] + innovation * value);
  return {
    round: fresh.round,
    real: mix(state.real, fresh.real),
    imaginary: mix(state.imaginary, fresh.imaginary),
  };
}

function freshScatter(
  settings: FadingSettings,
  deviceCount: number,
  seed: number,
  round: number,
): ScatterState {
  return { round, ...drawScatter(settings, deviceCount, (n) => randomStream(seed, 'fading', round, n)) };
}

/**
 * Scatter with the distribution of a round's, but not part of the run, for estimates before the first round.
 * Only for independent rounds. Draw i of device n comes from the stream (seed, 'control', i, n).
 *
 * @param devices the devices whose scatter is drawn, in this order
 * @param draw index of the draw
 */
export function scatterOfNoRound(
  settings: FadingSettings,
  devices: readonly number[],
  seed: number,
  draw: number,
): Scatter {
  return drawScatter(settings, devices.length, (index) =>
    randomStream(seed, 'control', draw, devices[index]),
  );
}

function drawScatter(
  settings: FadingSettings,
  count: number,
  streamOf: (index: number) => RandomStream,
): Scatter {
  const real = new Float64Array(count);
  const imaginary = new Float64Array(count);
  if (settings.kind !== 'none') {
    for (let index = 0; index < count; index++) {
      const stream = streamOf(index);
      real[index] = stream.normal() * Math.SQRT1_2;
      imaginary[index] = stream.normal() * Math.SQRT1_2;
    }
  }
  return { real, imaginary };
}

/** Power gain of the fading of each device: |sqrt(K/(K+1)) + sqrt(1/(K+1)) * g|^2. */
export function fadingPower(settings: FadingSettings, scatter: Scatter): Float64Array {
  if (settings.kind === 'none') return new Float64Array(scatter.real.length).fill(1);
  const k = settings.kind === 'rician' ? ratioOfDecibels(settings.kFactorDb) : 0;
  const direct = Math.sqrt(k / (k + 1));
  const scattered = Math.sqrt(1 / (k + 1));
  return scatter.real.map((real, device) => {
    const inPhase = direct + scattered * real;
    const quadrature = scattered * scatter.imaginary[device];
    return inPhase * inPhase + quadrature * quadrature;
  });
}

/** Correlation rho of the fading between successive rounds; 0 without fading. */
export function correlationOf(settings: FadingSettings): number {
  return settings.kind === 'none' ? 0 : settings.correlation;
}
