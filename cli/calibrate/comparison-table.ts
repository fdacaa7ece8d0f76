import type { StageComparison } from '#study/calibration/prediction.ts';

/** Predicted against measured, a line for each stage and one for the round. */
export function comparisonTable(comparison: readonly StageComparison[]): string {
  const rows = comparison.map(({ stage, predictedSeconds, measuredSeconds, relativeError }) => [
    stage,
    milliseconds(predictedSeconds),
    milliseconds(measuredSeconds),
    percent(relativeError),
  ]);
  const sum = (value: (stage: StageComparison) => number): number =>
    comparison.reduce((total, stage) => total + value(stage), 0);
  const [predicted, measured] = [
    sum(({ predictedSeconds }) => predictedSeconds),
    sum(({ measuredSeconds }) => measuredSeconds),
  ];
  const total = ['round', milliseconds(predicted), milliseconds(measured), percent(predicted / measured - 1)];
  const table = [['stage', 'predicted', 'measured', 'difference'], ...rows, total];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column].length)));
  return table
    .map((row) =>
      row
        .map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column])))
        .join('  '),
    )
    .join('\n');
}

function milliseconds(seconds: number): string {
  return `${(1000 * seconds).toFixed(1)} ms`;
}

function percent(share: number): string {
  if (!Number.isFinite(share)) return '-';
  return `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
}
