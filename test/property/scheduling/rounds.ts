import fc from 'fast-check';
import { randomStream } from '#shared/random/random-stream.ts';
import { minimumDelay } from '#shared/scheduling/minimum-delay.ts';
import type { LinkProblem, RoundProblem } from '#shared/scheduling/round-problem.ts';

const logUniform = (low: number, high: number) =>
  fc.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map((exponent) => Math.exp(exponent));

/** Gains of many kinds: all equal, in ties, within a percent, over ten decades. */
export const gains = (minLength: number, maxLength: number) =>
  fc
    .tuple(
      logUniform(1e-16, 1e-8),
      fc.constantFrom(0, 1e-12, 1e-3, 1, 5, 23),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength, maxLength }),
      fc.integer({ min: 1, max: 4 }),
    )
    .map(([top, spread, places, repeats]) =>
      places.map((_, index) => top * Math.exp(-spread * places[index - (index % repeats)])),
    );

/**
 * Gains of the same kinds for thousands of devices, drawn from one seed, so that failures print and shrink
 * well.
 */
export const manyGains = (count: number) =>
  fc
    .tuple(logUniform(1e-16, 1e-8), fc.constantFrom(0, 1e-12, 1e-3, 1, 5, 23), fc.nat())
    .map(([top, spread, seed]) => {
      const stream = randomStream(seed, 'fading');
      return Array.from({ length: count }, () => top * Math.exp(-spread * stream.uniform()));
    });

/** Links from starved bands to bands far wider than any gamma (where the weakest devices own all of it). */
export const linksOf = (channelGain: fc.Arbitrary<number[]>): fc.Arbitrary<LinkProblem> =>
  fc.record({
    bandwidthHz: logUniform(1e4, 1e13),
    noiseWattsPerHz: fc.constant(3.98e-21),
    powerWatts: fc.constantFrom(0.01, 0.1, 0.2),
    payloadBits: logUniform(1e3, 1e9),
    channelGain,
  });

export const links = (minLength: number, maxLength: number) => linksOf(gains(minLength, maxLength));

/** The delay of scheduling everyone [s]: the time scale of a link problem. */
const allInSeconds = (link: LinkProblem) => minimumDelay(link).delaySeconds;

/**
 * Rounds whose virtual queue has about the same weight as V, or none, so that the choice of devices matters.
 */
export const roundsOf = (channelGain: fc.Arbitrary<number[]>): fc.Arbitrary<RoundProblem> =>
  fc
    .tuple(
      linksOf(channelGain),
      logUniform(1e-3, 1e3),
      fc.oneof(fc.constant(0), logUniform(1e-2, 1e1)),
      logUniform(1e-1, 1e1),
    )
    .map(([link, controlV, pressure, budget]) => {
      const seconds = allInSeconds(link);
      return {
        ...link,
        controlV,
        queueSeconds: (pressure * controlV * link.channelGain.length) / seconds,
        delayBudgetSeconds: budget * seconds,
      };
    });

export const rounds = (minLength: number, maxLength: number) => roundsOf(gains(minLength, maxLength));
