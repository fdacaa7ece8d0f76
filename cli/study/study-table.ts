import { STAGES } from '#shared/protocol/stages.ts';
import type { PointSummary } from '#study/output/point-summary.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { shortLabelOf } from '#study/points/points.ts';
import type { Interval } from '#study/statistics/interval.ts';
import { alignedTable } from './aligned-table.ts';

/** A study in a few lines: a row for each point, with the stage that took most of its critical path. */
export function studyTable({ points }: StudyResult): string {
  const header = [
    'point',
    'round',
    'scheduled',
    'answered',
    'p99 of devices',
    'longest stage',
    'cost a round',
  ];
  const rows = points.map((point) => [
    shortLabelOf(point.varied) || 'as set',
    seconds(point.metrics.roundSeconds),
    point.metrics.scheduled.mean.toFixed(1),
    `${(100 * point.metrics.answeredFraction.mean).toFixed(1)} %`,
    seconds(point.metrics.completionP99Seconds),
    longestStage(point),
    `$${point.metrics.usdPerRound.mean.toPrecision(3)}`,
  ]);
  return alignedTable([header, ...rows]);
}

/** A mean with half its confidence interval, both to the same decimal: the interval's second digit, or the mean's fourth. */
export function seconds({ mean, low, high }: Interval): string {
  const exact = decimals(mean, 4);
  if (low === null || high === null) return `${mean.toFixed(exact)} s`;
  const half = (high - low) / 2;
  const places = half === 0 ? exact : Math.min(exact, decimals(half, 2));
  return `${mean.toFixed(places)} +-${half.toFixed(places)} s`;
}

/** Decimal places of so many significant digits. */
function decimals(value: number, digits: number): number {
  const leading = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return Math.min(12, Math.max(0, digits - 1 - leading));
}

function longestStage({ criticalSeconds, metrics }: PointSummary): string {
  const longest = STAGES.reduce((before, stage) =>
    criticalSeconds[stage].mean > criticalSeconds[before].mean ? stage : before,
  );
  const share =
    metrics.roundSeconds.mean === 0 ? 0 : criticalSeconds[longest].mean / metrics.roundSeconds.mean;
  return `${longest} ${(100 * share).toFixed(0)} %`;
}
