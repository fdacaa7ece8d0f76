import { percent } from '#cli/print/percent.ts';
import { type Column, printTable } from '#cli/print/table.ts';
import { fixed, significant } from '#report/page/decimals.ts';
import type { PointSummary } from '#study/output/point-summary.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { pointNames } from '#study/report/point-names.ts';
import type { Interval } from '#study/statistics/interval.ts';
import { seconds } from './study-table.ts';

/**
 * Table of each point's delay control: use of the budget, the clairvoyant bound, and round 1 and others
 * separately.
 */
export function controlTable({ points, warmUpRounds }: StudyResult, width: number): string {
  const columns: readonly Column[] = [
    { title: 'point', align: 'left' },
    { title: 'devices a round', align: 'right' },
    { title: 'delay / budget', align: 'right' },
    { title: 'possible at that delay', align: 'right', dropOrder: 1 },
    { title: 'share', align: 'right' },
    { title: 'empty rounds', align: 'right', dropOrder: 4 },
    { title: 'median round (quartiles)', align: 'right', dropOrder: 5 },
    { title: 'round 1', align: 'right', dropOrder: 3 },
    { title: `from round ${warmUpRounds + 1} on`, align: 'right', dropOrder: 2 },
  ];
  const names = pointNames(points);
  return printTable({ columns, rows: points.map((point, index) => rowOf(point, names[index])), width });
}

function rowOf(point: PointSummary, name: string): readonly string[] {
  const { metrics, control, spread } = point;
  const { quartiles, firstRound, steady } = spread.roundSeconds;
  const [median, lower, upper] = [quartiles.median, quartiles.lower, quartiles.upper].map((value) =>
    significant(value, 4),
  );
  return [
    name,
    fixed(metrics.scheduled.mean, 2),
    fixed(control.delayInBudgets.mean, 3),
    meanOf(control.possibleAsSpent, (mean) => fixed(mean, 2)),
    meanOf(control.shareOfPossible, percent),
    percent(control.emptyRounds.mean),
    `${median} (${lower} to ${upper}) s`,
    seconds(firstRound),
    steady === null ? '-' : seconds(steady),
  ];
}

function meanOf(interval: Interval | null, show: (mean: number) => string): string {
  return interval === null ? '-' : show(interval.mean);
}
