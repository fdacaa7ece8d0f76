import { percent } from '#cli/print/percent.ts';
import { type Column, printTable } from '#cli/print/table.ts';
import { fixed, placesFor, significant } from '#report/page/decimals.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import type { PointSummary } from '#study/output/point-summary.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { pointNames } from '#study/report/point-names.ts';
import { STAGE_NAMES } from '#study/report/stage-parts.ts';
import type { Interval } from '#study/statistics/interval.ts';

const COLUMNS: readonly Column[] = [
  { title: 'point', align: 'left' },
  { title: 'round', align: 'right' },
  { title: 'scheduled', align: 'right', dropOrder: 3 },
  { title: 'answered', align: 'right', dropOrder: 2 },
  { title: 'p99 of devices', align: 'right', dropOrder: 4 },
  { title: 'longest stage', align: 'right' },
  { title: 'cost a round', align: 'right', dropOrder: 1 },
];

/**
 * Table of a study: a row for each point, with the stage that took most of its critical path.
 *
 * @param width Columns of the terminal.
 */
export function studyTable({ points }: StudyResult, width: number): string {
  const names = pointNames(points);
  const rows = points.map((point, index) => [
    names[index],
    seconds(point.metrics.roundSeconds),
    fixed(point.metrics.scheduled.mean, 1),
    percent(point.metrics.answeredFraction.mean),
    seconds(point.metrics.completionP99Seconds),
    longestStage(point),
    `$${significant(point.metrics.usdPerRound.mean, 3)}`,
  ]);
  return printTable({ columns: COLUMNS, rows, width });
}

/**
 * A mean and half its confidence interval, with equal decimals: up to the second significant digit of the
 * interval, or the fourth of the mean.
 */
export function seconds({ mean, low, high }: Interval): string {
  const exact = placesFor(mean, 4);
  if (low === null || high === null) return `${fixed(mean, exact)} s`;
  const half = (high - low) / 2;
  const places = half === 0 ? exact : Math.min(exact, placesFor(half, 2));
  return `${fixed(mean, places)} +-${fixed(half, places)} s`;
}

function longestStage({ criticalSeconds, metrics }: PointSummary): string {
  const longest = STAGES.reduce((before, stage) =>
    criticalSeconds[stage].mean > criticalSeconds[before].mean ? stage : before,
  );
  const share =
    metrics.roundSeconds.mean === 0 ? 0 : criticalSeconds[longest].mean / metrics.roundSeconds.mean;
  return `${STAGE_NAMES[longest].toLowerCase()} ${(100 * share).toFixed(0)} %`;
}
