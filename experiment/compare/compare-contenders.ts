import { BOOTSTRAP_SEED, estimates } from '#experiment/output/summarise.ts';
import { runFigures } from '#experiment/series/run-figures.ts';
import { bootstrapMean, pairedDifference } from '#experiment/statistics/bootstrap.ts';
import {
  COMPARISON_VERSION,
  type ComparedContender,
  type ComparisonResult,
  TARGET_COST_NAMES,
  type TargetCost,
} from '#shared/protocol/comparison-result.ts';
import { type Estimate, RUN_FIGURE_NAMES } from '#shared/protocol/experiment-result.ts';
import type { Contender } from './contender.ts';
import { differingSettings } from './settings-leaves.ts';
import { isTested, spentAtTarget } from './time-to-target.ts';

/** Compares contenders: figures, differences paired by seed, and the costs of reaching a target accuracy. */
export function compareContenders(
  contenders: readonly Contender[],
  targetAccuracy: number | undefined,
): ComparisonResult {
  return {
    format: 'airtune-comparison',
    version: COMPARISON_VERSION,
    targetAccuracy: targetAccuracy ?? null,
    differing: differingSettings(contenders.map(({ runs: [first] }) => first.leaves)).map(
      ({ path, values }) => ({ path, values: values.map((value) => value ?? null) }),
    ),
    contenders: contenders.map((contender) =>
      compared(contender, baselineFor(contenders, contender), targetAccuracy),
    ),
  };
}

/** The first contender on the same data. */
function baselineFor(contenders: readonly Contender[], { runs: [run] }: Contender): Contender | undefined {
  return contenders.find(({ runs: [first] }) => first.dataSha256 === run.dataSha256);
}

function compared(
  contender: Contender,
  baseline: Contender | undefined,
  targetAccuracy: number | undefined,
): ComparedContender {
  const { label, runs } = contender;
  const [{ series }] = runs;
  const isBaseline = baseline === contender || baseline === undefined;
  return {
    label,
    sources: [...new Set(runs.map(({ source }) => source))],
    policy: series.policy,
    seeds: runs.map((run) => run.series.seed),
    virtualTime: series.virtualTime,
    figures: estimates(runs.map((run) => runFigures(run.series))),
    baseline: isBaseline ? null : baseline.label,
    differences: isBaseline
      ? {}
      : defined(RUN_FIGURE_NAMES, (figure) =>
          pairedDifference(
            bySeed(contender, (run) => runFigures(run)[figure]),
            bySeed(baseline, (run) => runFigures(run)[figure]),
            BOOTSTRAP_SEED,
          ),
        ),
    target:
      targetAccuracy === undefined || !runs.every((run) => isTested(run.series))
        ? null
        : targetOf(contender, isBaseline ? undefined : baseline, targetAccuracy),
  };
}

function targetOf(
  contender: Contender,
  baseline: Contender | undefined,
  targetAccuracy: number,
): ComparedContender['target'] {
  const costs = (of: Contender, cost: TargetCost) =>
    bySeed(of, (series) => spentAtTarget(series, targetAccuracy)?.[cost]);
  return {
    reachedSeeds: [...costs(contender, 'rounds').keys()],
    costs: defined(TARGET_COST_NAMES, (cost) => {
      const values = [...costs(contender, cost).values()];
      return values.length === 0 ? undefined : bootstrapMean(values, BOOTSTRAP_SEED);
    }),
    differences:
      baseline === undefined
        ? {}
        : defined(TARGET_COST_NAMES, (cost) =>
            pairedDifference(costs(contender, cost), costs(baseline, cost), BOOTSTRAP_SEED),
          ),
  };
}

/** A value of each run by its seed; runs without the value are left out. */
function bySeed(
  { runs }: Contender,
  value: (series: Contender['runs'][number]['series']) => number | undefined,
): ReadonlyMap<number, number> {
  return new Map(
    runs.flatMap(({ series }): (readonly [number, number])[] => {
      const one = value(series);
      return one === undefined ? [] : [[series.seed, one]];
    }),
  );
}

function defined<Name extends string>(
  names: readonly Name[],
  estimate: (name: Name) => Estimate | undefined,
): Partial<Record<Name, Estimate>> {
  const found: Partial<Record<Name, Estimate>> = {};
  for (const name of names) {
    const value = estimate(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
