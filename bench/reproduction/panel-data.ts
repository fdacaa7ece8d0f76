import { runFigures } from '#experiment/series/run-figures.ts';
import { bootstrapMean, meanOf, pairedDifference } from '#experiment/statistics/bootstrap.ts';
import type { Estimate, RunFigure } from '#shared/protocol/experiment-result.ts';
import type { Panel } from './panels.ts';
import type { TableRun } from './result-table.ts';

/** Seed of the resampling. */
const SEED = 1;

/** A panel with its runs. */
export interface PanelData {
  readonly panel: Panel;
  readonly runs: readonly TableRun[];
}

/** Contenders of a panel in the order of the table. */
export function contendersIn({ runs }: PanelData): readonly string[] {
  return [...new Set(runs.map(({ contender }) => contender))];
}

/** Delay budgets of a panel, ascending [s/bit]. */
export function budgetsIn({ runs }: PanelData): readonly number[] {
  const budgets = new Set(runs.flatMap(({ secondsPerBit }) => secondsPerBit ?? []));
  return [...budgets].sort((left, right) => left - right);
}

/** A contender at a delay budget, with the seeds of its runs, ascending. */
export interface Place {
  readonly contender: string;
  /** Delay budget [s/bit]; undefined where the figure does not vary it. */
  readonly secondsPerBit: number | undefined;
  readonly seeds: readonly number[];
}

/** Every contender at every delay budget of a panel, by budget. */
export function placesIn(data: PanelData): readonly Place[] {
  const budgets = budgetsIn(data);
  const places: readonly (number | undefined)[] = budgets.length === 0 ? [undefined] : budgets;
  return places.flatMap((secondsPerBit) =>
    contendersIn(data).map((contender) => ({
      contender,
      secondsPerBit,
      seeds: [...figureBySeed(data, contender, 'testAccuracy', secondsPerBit).keys()].sort(
        (left, right) => left - right,
      ),
    })),
  );
}

/** The seeds that all of these places have, ascending. */
export function commonSeeds(places: readonly Place[]): readonly number[] {
  return (places[0]?.seeds ?? []).filter((seed) => places.every(({ seeds }) => seeds.includes(seed)));
}

/** A panel with the runs of these seeds only: means of different contenders are then of the same seeds. */
export function withSeeds({ panel, runs }: PanelData, seeds: readonly number[]): PanelData {
  return { panel, runs: runs.filter(({ series }) => seeds.includes(series.seed)) };
}

/** A figure of each seed of a contender. */
export function figureBySeed(
  { runs }: PanelData,
  contender: string,
  figure: RunFigure,
  secondsPerBit?: number,
): ReadonlyMap<number, number> {
  return new Map(
    runs
      .filter((run) => run.contender === contender && run.secondsPerBit === secondsPerBit)
      .flatMap(({ series }): (readonly [number, number])[] => {
        const value = runFigures(series)[figure];
        return value === undefined ? [] : [[series.seed, value]];
      }),
  );
}

/** Mean of a figure over the seeds; undefined without a run. */
export function estimateOf(
  data: PanelData,
  contender: string,
  figure: RunFigure,
  secondsPerBit?: number,
): Estimate | undefined {
  const values = [...figureBySeed(data, contender, figure, secondsPerBit).values()];
  return values.length === 0 ? undefined : bootstrapMean(values, SEED);
}

/** Difference of a figure between two contenders, paired by seed; undefined without a pair. */
export function differenceOf(
  data: PanelData,
  left: string,
  right: string,
  figure: RunFigure,
  secondsPerBit?: number,
): Estimate | undefined {
  return pairedDifference(
    figureBySeed(data, left, figure, secondsPerBit),
    figureBySeed(data, right, figure, secondsPerBit),
    SEED,
  );
}

/**
 * Roughness of a contender's training loss: the mean absolute step of the loss from round to round after the
 * mean slope is taken off, relative to the mean loss; mean over the seeds.
 */
export function roughnessOf({ runs }: PanelData, contender: string): Estimate | undefined {
  const values = runs
    .filter((run) => run.contender === contender)
    .flatMap(({ series }) => {
      const losses = series.rows.flatMap(({ trainLoss }) => trainLoss ?? []);
      if (losses.length < 3) return [];
      const steps = losses.slice(1).map((loss, index) => loss - losses[index]);
      const slope = meanOf(steps);
      return [meanOf(steps.map((step) => Math.abs(step - slope))) / meanOf(losses)];
    });
  return values.length === 0 ? undefined : bootstrapMean(values, SEED);
}

/** Best test accuracy of each seed of a contender, over all of its tests; mean over the seeds. */
export function bestAccuracyOf(
  { runs }: PanelData,
  contender: string,
  secondsPerBit?: number,
): Estimate | undefined {
  const values = runs
    .filter((run) => run.contender === contender && run.secondsPerBit === secondsPerBit)
    .flatMap(({ series }) => {
      const tested = series.rows.flatMap(({ testAccuracy }) => testAccuracy ?? []);
      return tested.length === 0 ? [] : [Math.max(...tested)];
    });
  return values.length === 0 ? undefined : bootstrapMean(values, SEED);
}

/** Share of the most frequent label among the test examples; mean over the runs. */
export function chanceOf({ runs }: PanelData): number | undefined {
  const shares = runs.flatMap(({ series }) => series.chance ?? []);
  return shares.length === 0 ? undefined : meanOf(shares);
}

/** Relative rise of the test loss above its least value from which a run counts as overfitted. */
export const OVERFITTED = 0.02;

/** The runs whose test loss has risen from its least value until the last test. */
export function overfittedRuns({ runs }: PanelData): readonly TableRun[] {
  return runs.filter(({ series }) => {
    const losses = series.rows.flatMap(({ testLoss }) => testLoss ?? []);
    const last = losses.at(-1);
    return last !== undefined && last >= (1 + OVERFITTED) * Math.min(...losses);
  });
}
