import { describe, expect, it } from 'vitest';
import type { RandomStream } from '#shared/random/random-stream.ts';
import {
  type Observed,
  throughContainers,
  throughFunctions,
  throughRefusingFunction,
} from './queueing-systems.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const ARRIVALS = 20_000;
const exponential = (meanMs: number) => (random: RandomStream) => meanMs * random.exponential();

/** The two-sided 99.9 % quantile of Student's t with 19 degrees of freedom. */
const T_999 = 3.883;

/** Asserts that the expected value lies within the confidence interval of the mean over independent runs. */
function expectMean(values: readonly number[], expected: number, relativeWidth: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const halfWidth = T_999 * Math.sqrt(variance / values.length);
  // A very wide interval would contain any value, so its width is limited.
  expect(halfWidth).toBeLessThan(relativeWidth * expected);
  expect(Math.abs(mean - expected)).toBeLessThan(halfWidth);
}

function runs(run: (seed: number) => Observed): readonly Observed[] {
  const observed = SEEDS.map(run);
  for (const { littleImbalance } of observed) expect(littleImbalance).toBeLessThan(1e-9);
  return observed;
}

/** Probability that an arrival has to wait in M/M/c (Erlang C), from the offered load in erlangs. */
function erlangC(servers: number, offered: number): number {
  let blocking = 1;
  for (let count = 1; count <= servers; count++)
    blocking = (offered * blocking) / (count + offered * blocking);
  const utilisation = offered / servers;
  return blocking / (1 - utilisation + utilisation * blocking);
}

describe("closed forms, with Little's law in every run", () => {
  for (const [name, through] of [
    ['containers', throughContainers],
    ['pollers and functions', throughFunctions],
  ] as const) {
    it(`M/M/1 through ${name}: sojourn 1 / (mu - lambda)`, () => {
      const observed = runs((seed) =>
        through({ arrivalRate: 0.7, serviceMs: exponential(1), servers: 1, arrivals: ARRIVALS, seed }),
      );
      expectMean(
        observed.map(({ meanSojournMs }) => meanSojournMs),
        1 / (1 - 0.7),
        0.1,
      );
    });

    it(`M/D/1 through ${name}: Pollaczek and Khinchine`, () => {
      const observed = runs((seed) =>
        through({ arrivalRate: 0.7, serviceMs: () => 1, servers: 1, arrivals: ARRIVALS, seed }),
      );
      expectMean(
        observed.map(({ meanSojournMs }) => meanSojournMs),
        1 + 0.7 / (2 * (1 - 0.7)),
        0.1,
      );
    });

    it(`M/M/5 through ${name}: Erlang C`, () => {
      const observed = runs((seed) =>
        through({ arrivalRate: 4, serviceMs: exponential(1), servers: 5, arrivals: ARRIVALS, seed }),
      );
      expectMean(
        observed.map(({ meanSojournMs }) => meanSojournMs),
        1 + erlangC(5, 4) / (5 - 4),
        0.1,
      );
    });
  }

  it('M/M/3/7 through a function that refuses: blocking and sojourn of those served', () => {
    const [servers, capacity, offered] = [3, 7, 3.5];
    const weights: number[] = [1];
    for (let inside = 1; inside <= capacity; inside++) {
      weights.push((weights[inside - 1] * offered) / Math.min(inside, servers));
    }
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const blocked = weights[capacity] / total;
    const inside = weights.reduce((sum, weight, count) => sum + count * weight, 0) / total;
    const observed = runs((seed) =>
      throughRefusingFunction(
        { arrivalRate: offered, serviceMs: exponential(1), servers, arrivals: ARRIVALS, seed },
        capacity - servers,
      ),
    );
    expectMean(
      observed.map(({ blockedFraction }) => blockedFraction),
      blocked,
      0.05,
    );
    expectMean(
      observed.map(({ meanSojournMs }) => meanSojournMs),
      inside / (offered * (1 - blocked)),
      0.05,
    );
  });
});
