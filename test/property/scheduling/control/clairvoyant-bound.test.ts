import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundedRound } from '#shared/scheduling/control/bounded-round.ts';
import { clairvoyantBound } from '#shared/scheduling/control/clairvoyant-bound.ts';
import { delayCurve } from '#shared/scheduling/control/delay-curve.ts';
import { growthSteps } from '#shared/scheduling/control/growth-steps.ts';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import { rankDevices } from '#shared/scheduling/ranked-devices.ts';
import type { LinkProblem } from '#shared/scheduling/round-problem.ts';
import { DEVICE_COUNT } from '#shared/scheduling/utility.ts';
import { links, linksOf, manyGains } from '#test/property/scheduling/rounds.ts';
import { inputCount } from '#test/support/input-count.ts';

const BY_HULL = { utility: DEVICE_COUNT, search: 'all-sizes' } as const;

interface Case {
  readonly channels: readonly LinkProblem[];
  readonly part: number;
  readonly minimumDevices: number;
}

/** Some rounds with the same number of devices, and a budget within the range of their delays. */
const cases = (most: number, rounds: number): fc.Arbitrary<Case> =>
  fc.integer({ min: 1, max: most }).chain((devices) =>
    fc.record({
      channels: fc.array(links(devices, devices), { minLength: 1, maxLength: rounds }),
      part: fc.double({ min: 0.02, max: 1.3, noNaN: true }),
      minimumDevices: fc.integer({ min: 0, max: Math.min(2, devices) }),
    }),
  );

function curvesOf({ channels, part, minimumDevices }: Case) {
  // One payload and band for all rounds, as in a run.
  const [{ payloadBits, bandwidthHz }] = channels;
  const rounds = channels.map((channel) => ({ ...channel, bandwidthHz }));
  const curves = rounds.map((channel) => delayCurve(channel, payloadBits, minimumDevices));
  const largest = Math.max(...curves.map(({ delaySeconds }) => delaySeconds[delaySeconds.length - 1]));
  const budgetSeconds = part * largest;
  const bound = clairvoyantBound(
    rounds.map((channel) => boundedRound({ channel, payloadBits, minimumDevices, utility: DEVICE_COUNT })),
    budgetSeconds,
  );
  return { curves, budgetSeconds, bound };
}

/** Largest total number of devices over all rounds, by trying every combination of sizes. */
function bestOfAllPlans(
  curves: readonly ReturnType<typeof delayCurve>[],
  secondsLeft: number,
): number | undefined {
  const [curve, ...rest] = curves;
  if (curve === undefined) return secondsLeft >= 0 ? 0 : undefined;
  let best: number | undefined;
  curve.sizes.forEach((size, index) => {
    const others = bestOfAllPlans(rest, secondsLeft - curve.delaySeconds[index]);
    if (others !== undefined) best = Math.max(best ?? 0, size + others);
  });
  return best;
}

/** D(k) of every prefix of the ranked devices. */
function curveOfEverySize(channel: LinkProblem) {
  const ranked = rankDevices(channel);
  const sizes = Array.from({ length: ranked.count + 1 }, (_, size) => size);
  const delaySeconds = Float64Array.from(
    sizes,
    (size) => splitBand(channel, ranked.prefix(size)).delaySeconds,
  );
  return { sizes, delaySeconds };
}

describe('the clairvoyant bound', () => {
  test('is never below the best of all plans, nor more than one step of growth a run above it', () => {
    fc.assert(
      fc.property(cases(6, 4), (drawn) => {
        const { curves, budgetSeconds, bound } = curvesOf(drawn);
        const rounds = curves.length;
        const best = bestOfAllPlans(curves, rounds * budgetSeconds * (1 + 1e-12));
        if (bound === undefined) {
          expect(best).toBeUndefined();
          return;
        }
        expect(bound * rounds).toBeGreaterThanOrEqual((best ?? 0) - 1e-9);
        const largestStep = Math.max(
          ...curves.flatMap((curve) => growthSteps(curve, BY_HULL).map(({ utility }) => utility)),
          0,
        );
        if (best !== undefined) expect(bound * rounds).toBeLessThanOrEqual(best + largestStep + 1e-9);
      }),
      { numRuns: inputCount(300) },
    );
  });

  test('is the minimum of the dual function: the budget spent along the steps of all rounds, dearest last', () => {
    fc.assert(
      fc.property(cases(20, 30), (drawn) => {
        const { curves, budgetSeconds, bound } = curvesOf(drawn);
        const rounds = curves.length;
        let left = rounds * budgetSeconds;
        let devices = 0;
        for (const { sizes, delaySeconds } of curves) {
          left -= delaySeconds[0];
          devices += sizes[0];
        }
        if (left < 0) {
          expect(bound).toBeUndefined();
          return;
        }
        const steps = curves
          .flatMap((curve) => growthSteps(curve, BY_HULL))
          .sort((a, b) => b.price - a.price);
        for (const { utility, delaySeconds } of steps) {
          const part = delaySeconds <= left ? 1 : Math.max(0, left / delaySeconds);
          devices += part * utility;
          left -= part * delaySeconds;
        }
        expect((bound ?? 0) * rounds).toBeCloseTo(devices, 6);
      }),
      { numRuns: inputCount(200) },
    );
  });

  test('is found where one delay hides the others in rounding', () => {
    const curves: readonly (readonly number[])[] = [
      [2e-7, 3e-7, 4e-7],
      [2.7, 2.8, 2.6e10],
    ];
    const rounds = curves.map((delays) => ({
      fewest: { delaySeconds: delays[0], utility: 2 },
      all: { delaySeconds: delays[2], utility: 4 },
      at(price: number) {
        const values = delays.map((seconds, index) => 2 + index - price * seconds);
        const best = values.indexOf(Math.max(...values));
        return { most: values[best], utility: 2 + best, delaySeconds: delays[best] };
      },
    }));
    // All devices in the first round; in the second the two free steps and a part of the last one.
    expect(clairvoyantBound(rounds, 1e9)).toBeCloseTo((4 + 3 + 2e9 / 2.6e10) / 2, 6);
  });

  test('of hundreds of devices, from certificates of the search, is the hull of all sizes at the budget', () => {
    fc.assert(
      fc.property(
        linksOf(manyGains(700)),
        fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        (channel, part) => {
          const { payloadBits } = channel;
          const all = boundedRound({ channel, payloadBits, minimumDevices: 0, utility: DEVICE_COUNT });
          const budgetSeconds = part * all.all.delaySeconds;
          const bound = clairvoyantBound([all], budgetSeconds) ?? 0;
          const curve = curveOfEverySize(channel);
          const reached = growthSteps(curve, BY_HULL).reduce(
            ({ left, devices }, { utility, delaySeconds }) => {
              const share = delaySeconds <= left ? 1 : Math.max(0, left / delaySeconds);
              return { left: left - share * delaySeconds, devices: devices + share * utility };
            },
            { left: budgetSeconds, devices: 0 },
          );
          expect(bound).toBeGreaterThanOrEqual(reached.devices * (1 - 1e-6));
          expect(bound).toBeLessThanOrEqual(reached.devices * (1 + 1e-5));
        },
      ),
      { numRuns: inputCount(20) },
    );
  });
});
