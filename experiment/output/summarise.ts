import { pointLabel } from '#experiment/plan/point-label.ts';
import { runFigures } from '#experiment/series/run-figures.ts';
import type { RunSeries } from '#experiment/series/run-series.ts';
import { bootstrapMean, pairedDifference } from '#experiment/statistics/bootstrap.ts';
import {
  type Estimate,
  EXPERIMENT_VERSION,
  type ExperimentPlan,
  type ExperimentPoint,
  type ExperimentResult,
  type ExperimentRun,
  type FigureEstimates,
  RUN_FIGURE_NAMES,
  type RunFigure,
  type RunFigures,
} from '#shared/protocol/experiment-result.ts';

/** Seed of the resampling, so that equal figures have equal intervals in every experiment. */
export const BOOTSTRAP_SEED = 1;

/** A run of a point with its outcome: its series, or why there is none. */
export type RunOutcome =
  | { readonly seed: number; readonly folder: string; readonly series: RunSeries }
  | {
      readonly seed: number;
      readonly folder: string;
      readonly exitCode: number | null;
      readonly message: string;
    };

/** Summarises an experiment: figures of each run, of each point, and differences paired by seed. */
export function summariseExperiment(
  plan: ExperimentPlan,
  outcomesOf: (point: ExperimentPoint) => readonly RunOutcome[],
): ExperimentResult {
  const runs = new Map(plan.points.map((point) => [point.name, outcomesOf(point).map(runOf)]));
  const of = ({ name }: ExperimentPoint): readonly ExperimentRun[] => runs.get(name) ?? [];
  return {
    format: 'airtune-experiment',
    version: EXPERIMENT_VERSION,
    plan,
    points: plan.points.map((point) => {
      const baseline = baselineOf(plan, point);
      return {
        name: point.name,
        label: pointLabel(point),
        runs: [...of(point)],
        figures: estimates(of(point).flatMap((run) => (run.status === 'finished' ? [run.figures] : []))),
        differences: baseline === point ? {} : differences(of(point), of(baseline)),
      };
    }),
  };
}

/** The first point of a point's variant, with which the others of the variant are compared. */
export function baselineOf({ points }: ExperimentPlan, point: ExperimentPoint): ExperimentPoint {
  return points.find(({ variant }) => variant === point.variant) ?? point;
}

function runOf(outcome: RunOutcome): ExperimentRun {
  const { seed, folder } = outcome;
  if (!('series' in outcome)) {
    return { status: 'failed', seed, folder, exitCode: outcome.exitCode, message: outcome.message };
  }
  const { series } = outcome;
  const { modelSha256, dataSha256 } = series;
  return { status: 'finished', seed, folder, modelSha256, dataSha256, figures: runFigures(series) };
}

/** Estimates of the figures that every run has. */
export function estimates(runs: readonly RunFigures[]): FigureEstimates {
  return byFigure((figure) => {
    const values = runs.flatMap((figures) => figures[figure] ?? []);
    return runs.length > 0 && values.length === runs.length
      ? bootstrapMean(values, BOOTSTRAP_SEED)
      : undefined;
  });
}

function differences(left: readonly ExperimentRun[], right: readonly ExperimentRun[]): FigureEstimates {
  return byFigure((figure) =>
    pairedDifference(valuesBySeed(left, figure), valuesBySeed(right, figure), BOOTSTRAP_SEED),
  );
}

function valuesBySeed(runs: readonly ExperimentRun[], figure: RunFigure): ReadonlyMap<number, number> {
  return new Map(
    runs.flatMap((run): (readonly [number, number])[] => {
      const value = run.status === 'finished' ? run.figures[figure] : undefined;
      return value === undefined ? [] : [[run.seed, value]];
    }),
  );
}

function byFigure(estimate: (figure: RunFigure) => Estimate | undefined): FigureEstimates {
  return Object.fromEntries(
    RUN_FIGURE_NAMES.flatMap((figure): [RunFigure, Estimate][] => {
      const value = estimate(figure);
      return value === undefined ? [] : [[figure, value]];
    }),
  );
}
