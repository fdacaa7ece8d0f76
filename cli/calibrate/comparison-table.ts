import { percent } from '#cli/print/percent.ts';
import { type Column, printTable } from '#cli/print/table.ts';
import { fixed } from '#report/page/decimals.ts';
import type { StageComparison } from '#study/calibration/prediction.ts';

const COLUMNS: readonly Column[] = [
  { title: 'stage', align: 'left' },
  { title: 'predicted', align: 'right' },
  { title: 'measured', align: 'right' },
  { title: 'difference', align: 'right' },
];

/** Table of predicted and measured times: a line for each stage and one for the round. */
export function comparisonTable(comparison: readonly StageComparison[]): string {
  const sum = (value: (stage: StageComparison) => number): number =>
    comparison.reduce((total, stage) => total + value(stage), 0);
  const predicted = sum(({ predictedSeconds }) => predictedSeconds);
  const measured = sum(({ measuredSeconds }) => measuredSeconds);
  const rows = comparison.map(({ stage, predictedSeconds, measuredSeconds, relativeError }) =>
    row(stage, predictedSeconds, measuredSeconds, relativeError),
  );
  rows.push(row('round', predicted, measured, predicted / measured - 1));
  return printTable({ columns: COLUMNS, rows, width: Number.POSITIVE_INFINITY });
}

function row(name: string, predictedSeconds: number, measuredSeconds: number, error: number) {
  return [name, milliseconds(predictedSeconds), milliseconds(measuredSeconds), difference(error)];
}

function milliseconds(seconds: number): string {
  return `${fixed(1000 * seconds, 1)} ms`;
}

function difference(error: number): string {
  if (!Number.isFinite(error)) return '-';
  return `${error >= 0 ? '+' : ''}${percent(error)}`;
}
