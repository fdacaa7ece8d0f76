import { describe, expect, it } from 'vitest';
import { compareContenders } from '#experiment/compare/compare-contenders.ts';
import { type ComparableRun, contendersOf } from '#experiment/compare/contender.ts';
import { settingsLeaves } from '#experiment/compare/settings-leaves.ts';
import { NOTHING_SPENT, type Series } from '#experiment/series/run-series.ts';
import { comparisonSchema } from '#shared/protocol/comparison-result.ts';

/** A run of three rounds of a second each, with these accuracies after rounds 0 to 3. */
function series(seed: number, accuracies: readonly (number | undefined)[]): Series {
  return {
    seed,
    policy: 'exact',
    virtualTime: true,
    budgetSeconds: 2,
    chance: 0.5,
    rows: accuracies.map((testAccuracy, round) => ({
      round,
      spent: { ...NOTHING_SPENT, rounds: round, seconds: round, radioSeconds: round / 2, usd: undefined },
      scheduled: round === 0 ? undefined : 4,
      delaySeconds: round === 0 ? undefined : 0.5,
      trainLoss: undefined,
      testAccuracy,
      testLoss: undefined,
      averagedHeadAccuracy: undefined,
    })),
  };
}

function run(policy: string, seed: number, accuracies: readonly (number | undefined)[]): ComparableRun {
  return {
    source: `${policy}-${seed}`,
    label: undefined,
    leaves: settingsLeaves({ scheduling: { policy }, training: { devices: 4 } }),
    dataSha256: 'd',
    series: series(seed, accuracies),
  };
}

const RUNS = [
  run('exact', 1, [0.5, 0.6, 0.8, 0.9]),
  run('greedy', 1, [0.5, 0.6, 0.7, 0.8]),
  run('exact', 2, [0.5, undefined, undefined, 0.7]),
  run('greedy', 2, [0.5, undefined, undefined, 0.8]),
];

describe('compared runs', () => {
  const contenders = contendersOf(RUNS);
  const result = compareContenders(contenders, 0.8);

  it('are grouped if they differ only in their seed, and named by the differing settings', () => {
    expect(contenders.map(({ label, runs }) => [label, runs.length])).toEqual([
      ['exact', 2],
      ['greedy', 2],
    ]);
    expect(result.differing).toEqual([{ path: 'scheduling.policy', values: ['exact', 'greedy'] }]);
  });

  it('have differences paired by seed', () => {
    const [exact, greedy] = result.contenders;
    expect(exact.baseline).toBeNull();
    expect(greedy.baseline).toBe('exact');
    const differences = greedy.differences.testAccuracy?.values ?? [];
    expect(differences[0]).toBeCloseTo(-0.1);
    expect(differences[1]).toBeCloseTo(0.1);
  });

  it('have the cost of the target at the first test that shows it, for the seeds that reach it', () => {
    const [exact, greedy] = result.contenders;
    expect(exact.target).toMatchObject({
      reachedSeeds: [1],
      costs: { rounds: { values: [2] }, seconds: { values: [2] }, radioSeconds: { values: [1] } },
    });
    expect(greedy.target).toMatchObject({
      reachedSeeds: [1, 2],
      costs: { rounds: { values: [3, 3] } },
      differences: { rounds: { values: [1] } },
    });
    expect(greedy.target?.costs.usd).toBeUndefined();
  });

  it('are in the documented format', () => {
    expect(comparisonSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });
});

it('a second run with the same settings and seed is a separate contender', () => {
  expect(contendersOf([RUNS[0], RUNS[0]])).toHaveLength(2);
});
