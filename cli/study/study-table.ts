import { STAGES } from '../../shared/protocol/stages.ts';
import type { PointSummary, StudyResult } from '../../study/output/study-result.ts';
import { shortLabelOf } from '../../study/points/points.ts';
import type { Interval } from '../../study/statistics/interval.ts';

/** A study in a few lines: a row for each point, with the stage that took most of its critical path. */
export function studyTable({ points }: StudyResult): string {
  const header = ['point', 'round', 'scheduled', 'answered', 'p99 done', 'longest stage', 'cost a round'];
  const rows = points.map((point) => [
    shortLabelOf(point.varied) || 'as set',
    seconds(point.metrics.roundSeconds),
    point.metrics.scheduled.mean.toFixed(1),
    `${(100 * point.metrics.answeredFraction.mean).toFixed(1)} %`,
    seconds(point.metrics.completionP99Seconds),
    longestStage(point),
    `$${point.metrics.usdPerRound.mean.toPrecision(3)}`,
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  return [header, ...rows]
    .map((row) =>
      row
        .map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function seconds({ mean, low, high }: Interval): string {
  const spread = low === null || high === null ? '' : ` +-${((high - low) / 2).toPrecision(2)}`;
  return `${mean.toPrecision(4)}${spread} s`;
}

function longestStage({ criticalSeconds, metrics }: PointSummary): string {
  const longest = STAGES.reduce((before, stage) =>
    criticalSeconds[stage].mean > criticalSeconds[before].mean ? stage : before,
  );
  const share =
    metrics.roundSeconds.mean === 0 ? 0 : criticalSeconds[longest].mean / metrics.roundSeconds.mean;
  return `${longest} ${(100 * share).toFixed(0)} %`;
}
