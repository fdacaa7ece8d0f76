import { type RunRow, type RunSeries, stageSeconds } from '#experiment/series/run-series.ts';
import type { ExperimentPlan, ExperimentPoint } from '#shared/protocol/experiment-result.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { csvText } from '#study/output/csv-text.ts';

/** A finished run of a point. */
export interface FinishedSeries {
  readonly point: ExperimentPoint;
  readonly series: RunSeries;
}

type Cell = string | number;

/** Columns of rounds.csv after those of the point, with the value of a row. An absent value is empty. */
const COLUMNS: readonly (readonly [string, (row: RunRow, series: RunSeries) => Cell | null | undefined])[] = [
  ['round', ({ round }) => round],
  ['policy', (_, { policy }) => policy],
  ['scheduled_devices', ({ metrics }) => metrics?.selected.length],
  ['answered_devices', ({ metrics }) => metrics?.answered.length],
  ['train_loss', ({ metrics }) => metrics?.trainLoss],
  ['train_accuracy', ({ metrics }) => metrics?.trainAccuracy],
  ['test_accuracy', ({ testAccuracy }) => testAccuracy],
  ['test_loss', ({ testLoss }) => testLoss],
  ['own_mix_accuracy', ({ ownMixAccuracy }) => ownMixAccuracy],
  ['averaged_head_accuracy', ({ averagedHeadAccuracy }) => averagedHeadAccuracy],
  ['planned_delay_s', ({ metrics }) => metrics?.delaySeconds],
  ['delay_budget_s', (_, { budgetSeconds }) => budgetSeconds],
  ['virtual_queue_s', ({ metrics }) => metrics?.queueSeconds],
  ['account_s', ({ metrics }) => metrics?.accountSeconds],
  ['delay_limit_s', ({ metrics }) => metrics?.delayLimitSeconds],
  ['forced_s', ({ metrics }) => metrics?.forcedSeconds],
  ['radio_bits', ({ metrics, radioBits }) => (metrics === undefined ? undefined : radioBits)],
  ['energy_j', ({ metrics }) => metrics?.joules],
  ['virtual_round_s', ({ metrics }, { virtualTime }) => (virtualTime ? metrics?.roundSeconds : undefined)],
  ...STAGES.map(
    (stage) =>
      [
        `critical_${stage}_s`,
        (row: RunRow, { virtualTime }: RunSeries) => (virtualTime ? stageSeconds(row, stage) : undefined),
      ] as const,
  ),
  ['total_radio_s', ({ spent }) => spent.radioSeconds],
  ['total_virtual_s', ({ spent }, { virtualTime }) => (virtualTime ? spent.seconds : undefined)],
  ['total_radio_bits', ({ spent }) => spent.radioBits],
  ['total_energy_j', ({ spent }) => spent.joules],
  ['total_cost_usd', ({ spent }) => spent.usd],
];

/**
 * rounds.csv: one row for the start (round 0) and each round of each finished run, in the order of the plan.
 * It holds no measured time, so on the embedded host it depends on the plan only.
 */
export function roundsCsv(plan: ExperimentPlan, finished: readonly FinishedSeries[]): string {
  const varied = variedPaths(plan);
  const header = ['point', 'variant', 'contender', ...varied, 'seed', ...COLUMNS.map(([title]) => title)];
  const rows = finished.flatMap(({ point, series }) =>
    series.rows.map((row) => [
      point.name,
      point.variant ?? '',
      point.contender ?? '',
      ...varied.map((path) => textOf(point.varied[path])),
      series.seed,
      ...COLUMNS.map(([, value]) => value(row, series) ?? ''),
    ]),
  );
  return csvText([header, ...rows]);
}

/** times.csv: how long each finished run took on the machine that ran it. */
export function timesCsv(finished: readonly FinishedSeries[]): string {
  const rows = finished.map(({ point, series }) => [
    point.name,
    series.seed,
    series.wallSeconds,
    series.virtualTime ? '' : (series.rows.at(-1)?.spent.seconds ?? ''),
  ]);
  return csvText([['point', 'seed', 'wall_s', 'measured_rounds_s'], ...rows]);
}

function variedPaths({ points }: ExperimentPlan): readonly string[] {
  return [...new Set(points.flatMap(({ varied }) => Object.keys(varied)))];
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
