import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demandOfEach, rateOfWeakestSnr } from '#shared/scheduling/bandwidth-demand.ts';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { bestPrefix } from '#shared/scheduling/prefix-search/best-prefix.ts';
import { bestOfEveryPrefix, expandOneByOne } from '#shared/scheduling/prefix-search/every-prefix.ts';
import { firstFall } from '#shared/scheduling/prefix-search/first-fall.ts';
import { groupGains } from '#shared/scheduling/prefix-search/gain-groups.ts';
import { COARSE, demandOfGroups, prefixDemands } from '#shared/scheduling/prefix-search/prefix-demand.ts';
import { PrefixValues } from '#shared/scheduling/prefix-search/prefix-values.ts';
import { rankDevices } from '#shared/scheduling/ranked-devices.ts';
import type { RoundProblem } from '#shared/scheduling/round-problem.ts';
import { inputCount } from '#test/support/input-count.ts';
import { manyGains, rounds, roundsOf } from './rounds.ts';

const context = { seed: 1, round: 0, deviceCount: 1 };
/** Reference search over every prefix. */
const everyPrefix = (values: PrefixValues, fewest: number, most: number) =>
  Array.from({ length: most - fewest + 1 }, (_, index) => values.at(fewest + index));
const hundreds = fc.integer({ min: 2, max: 400 }).chain(manyGains);

describe('the exact policy', () => {
  test('beats or equals every subset of up to 12 devices', () => {
    fc.assert(
      fc.property(rounds(1, 9), (problem) => expectBestSubset(problem)),
      { numRuns: inputCount(60) },
    );
    fc.assert(
      fc.property(rounds(12, 12), (problem) => expectBestSubset(problem)),
      { numRuns: inputCount(4) },
    );
  });

  const expectBestSubset = (problem: RoundProblem) => {
    const { controlV, queueSeconds } = problem;
    const count = problem.channelGain.length;
    const everyDevice = Array.from({ length: count }, (_, device) => device);
    let best = 0;
    for (let subset = 1; subset < 2 ** count; subset++) {
      const devices = everyDevice.filter((device) => (subset >> device) & 1);
      const { delaySeconds } = splitBand(problem, devices);
      best = Math.max(best, controlV * devices.length - queueSeconds * delaySeconds);
    }
    const plan = planRound('exact', problem, context);
    const scale = controlV * count + queueSeconds * plan.delaySeconds;
    expect(plan.objective).toBeGreaterThanOrEqual(best - 1e-12 * scale);
    expect(plan.certificate?.upperBound).toBeGreaterThanOrEqual(best - 1e-12 * scale);
  };

  test('finds the best of all prefixes, for hundreds of devices and any least number of them', () => {
    fc.assert(
      fc.property(roundsOf(hundreds), fc.double({ min: 0, max: 0.99, noNaN: true }), (problem, part) => {
        const { gammaHz, count } = rankDevices(problem);
        const values = new PrefixValues(problem, gammaHz);
        const fewest = part < 0.7 ? 0 : Math.floor(part * count);
        const best = everyPrefix(values, fewest, count).reduce((held, value) =>
          value.objective >= held.objective ? value : held,
        );
        const scale = problem.controlV * count + problem.queueSeconds * best.delaySeconds;
        const skipping = bestOfEveryPrefix(values, fewest, count);
        expect(skipping.best.objective).toBeGreaterThanOrEqual(best.objective - 1e-12 * scale);
        const bounding = bestPrefix(values, fewest, count);
        expect(bounding.best.objective).toBeGreaterThanOrEqual(best.objective - 1e-12 * scale);
        expect(bounding.upperBound).toBeGreaterThanOrEqual(best.objective - 1e-12 * scale);
        expect(bounding.upperBound - bounding.best.objective).toBeLessThan(1e-12 * scale);
        const plan = planRound('exact', { ...problem, minimumDevices: fewest }, context);
        expect(plan.objective).toBeGreaterThanOrEqual(best.objective - 3e-11 * scale);
        expect(plan.certificate?.upperBound).toBeGreaterThanOrEqual(best.objective - 1e-14 * scale);
      }),
      { numRuns: inputCount(50) },
    );
  });

  test('looks at few sizes: of 4000 devices no more than 200', () => {
    fc.assert(
      fc.property(roundsOf(manyGains(4000)), (problem) => {
        const { gammaHz, count } = rankDevices(problem);
        const looked = new Set<number>();
        const values = new PrefixValues(problem, gammaHz, (size) => {
          looked.add(size);
          return demandOfEach(gammaHz, size);
        });
        bestPrefix(values, 0, count);
        expect(looked.size).toBeLessThan(200);
      }),
      { numRuns: inputCount(5) },
    );
  });

  test('certifies plans for ten thousand devices to 1e-9, as a sum over all devices confirms', () => {
    fc.assert(
      fc.property(roundsOf(manyGains(10_000)), (problem) => {
        const plan = planRound('exact', problem, context);
        const gap = (plan.certificate?.upperBound ?? Number.NaN) - plan.objective;
        const terms = problem.controlV * plan.selected.length + problem.queueSeconds * plan.delaySeconds;
        expect(gap).toBeGreaterThanOrEqual(0);
        // If V*|S| and q*D nearly cancel, the objective itself has no more correct digits.
        expect(gap).toBeLessThanOrEqual(1e-9 * Math.abs(plan.objective) + 1e-12 * terms);
        const { delaySeconds } = splitBand(problem, plan.selected);
        expect(Math.abs(plan.delaySeconds - delaySeconds)).toBeLessThanOrEqual(1e-13 * delaySeconds);
      }),
      { numRuns: inputCount(6) },
    );
  });
});

describe('Algorithm 1', () => {
  test('stops at the same size whether devices are added one by one or ranges are passed over', () => {
    fc.assert(
      fc.property(roundsOf(hundreds), (problem) => {
        const { gammaHz, count } = rankDevices(problem);
        const values = new PrefixValues(problem, gammaHz);
        const sketch = new PrefixValues(problem, gammaHz, prefixDemands(gammaHz)(COARSE), COARSE);
        const plain = expandOneByOne(values, 0, count);
        const skipping = firstFall(sketch, values, 0, count);
        // If one more device changes the objective only by rounding, both results are correct.
        if (plain.size !== skipping.size) {
          const [short, long] = [plain, skipping].sort((a, b) => a.size - b.size);
          const next = values.at(short.size + 1);
          const scale = problem.controlV * long.size + problem.queueSeconds * long.delaySeconds;
          expect(Math.abs(next.objective - short.objective)).toBeLessThan(1e-14 * scale);
        }
      }),
      { numRuns: inputCount(50) },
    );
  });

  test('never beats the exact policy', () => {
    fc.assert(
      fc.property(rounds(1, 60), (problem) => {
        const expansion = planRound('set-expansion', problem, context);
        const best = planRound('exact', problem, context);
        const scale =
          problem.controlV * problem.channelGain.length + problem.queueSeconds * best.delaySeconds;
        expect(best.objective).toBeGreaterThanOrEqual(expansion.objective - 3e-11 * scale);
      }),
    );
  });
});

describe('groups of nearly equal gains', () => {
  test('never need more bandwidth than their devices, nor noticeably less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 3000 }).chain(manyGains),
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (channelGain, logSnr, part) => {
          const gammaHz = Float64Array.from(channelGain, (gain) => gain * 1e19)
            .sort()
            .reverse();
          const size = Math.max(1, Math.floor(part * gammaHz.length));
          const rate = rateOfWeakestSnr(gammaHz[size - 1], Math.exp(logSnr));
          const each = demandOfEach(gammaHz, size)(rate);
          const grouped = demandOfGroups(gammaHz, groupGains(gammaHz), size, rate, 1 / 128);
          const error = grouped.totalHz / each.totalHz - 1;
          expect(error).toBeLessThan(3e-13);
          expect(error).toBeGreaterThan(-5e-11);
          expect(Math.abs(grouped.hertzPerNat / each.hertzPerNat - 1)).toBeLessThan(1e-9);
        },
      ),
      { numRuns: inputCount(200) },
    );
  });
});
