import type { PointSummary } from '#study/output/point-summary.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { shortLabelOf } from '#study/points/points.ts';
import type { Interval } from '#study/statistics/interval.ts';
import { alignedTable } from './aligned-table.ts';
import { seconds } from './study-table.ts';

/** How each point kept its budget, beside what was possible, and how its rounds spread: round 1 and the rest apart. */
export function controlTable({ points, warmUpRounds }: StudyResult): string {
  const header = [
    'point',
    'devices a round',
    'delay / budget',
    'possible at that delay',
    'share',
    'rounds of nobody',
    'median round (quartiles)',
    'round 1',
    `from round ${warmUpRounds + 1} on`,
  ];
  return alignedTable([header, ...points.map(rowOf)]);
}

/** The warnings of a study's points, each under the point's name. */
export function controlLines({ points }: StudyResult): readonly string[] {
  return points.flatMap((point) => point.control.warnings.map((warning) => `${nameOf(point)}: ${warning}`));
}

function rowOf(point: PointSummary): readonly string[] {
  const { metrics, control, spread } = point;
  const { quartiles, firstRound, steady } = spread.roundSeconds;
  return [
    nameOf(point),
    metrics.scheduled.mean.toFixed(2),
    control.delayInBudgets.mean.toFixed(3),
    meanOf(control.possibleAsSpent, (mean) => mean.toFixed(2)),
    meanOf(control.shareOfPossible, percent),
    percent(control.emptyRounds.mean),
    `${figure(quartiles.median)} (${figure(quartiles.lower)} to ${figure(quartiles.upper)}) s`,
    seconds(firstRound),
    steady === null ? '-' : seconds(steady),
  ];
}

function nameOf({ varied }: PointSummary): string {
  return shortLabelOf(varied) || 'as set';
}

function meanOf(interval: Interval | null, show: (mean: number) => string): string {
  return interval === null ? '-' : show(interval.mean);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

function figure(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
