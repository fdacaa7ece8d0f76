import { join } from 'node:path';
import { fixed } from '#cli/print/number.ts';
import { percent } from '#cli/print/percent.ts';
import { type Column, printTable } from '#cli/print/table.ts';
import type { RunSummary } from '#run/execute/execute-run.ts';
import { findTask } from '#shared/data/task-registry.ts';
import { meanRoundSeconds } from '#study/report/run-figures.ts';

const COLUMNS: readonly Column[] = [
  { title: 'figure', align: 'left' },
  { title: 'value', align: 'left' },
];

/** The closing table of a run: accuracy beside chance, delay beside its budget, where the time went. */
export function summaryTable({
  record,
  output,
  engine,
  virtualTime,
  rounds,
  evaluations,
}: RunSummary): string {
  const first = evaluations[0];
  const last = evaluations.at(-1);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rows: [string, string][] = [];
  if (first !== undefined && last !== undefined) {
    rows.push(
      [
        'test accuracy',
        `${percent(last.accuracy)} (before: ${percent(first.accuracy)}, chance: ${percent(last.chance)})`,
      ],
      [
        "  under each device's own labels",
        `${percent(last.ownMixAccuracy)} (chance: ${percent(last.ownMixChance)})`,
      ],
      ['  of one averaged head', percent(last.averagedHeadAccuracy)],
    );
  }
  const losses = rounds.flatMap(({ trainLoss }) => (trainLoss === null ? [] : [trainLoss]));
  if (losses.length > 0) {
    rows.push(['training loss', `${losses[0].toFixed(4)} -> ${losses[losses.length - 1].toFixed(4)}`]);
  }
  const budget = rounds[0]?.delayBudgetSeconds ?? 0;
  rows.push(
    [
      'devices a round',
      `${fixed(mean(rounds.map(({ answered }) => answered.length)), 1)} of ${record.config.training.devices}`,
    ],
    [
      'radio delay a round',
      `${fixed(mean(rounds.map(({ delaySeconds }) => delaySeconds)), 4)} s (budget: ${budget.toFixed(4)} s)`,
    ],
    ['whole round', `${fixed(meanRoundSeconds(rounds), 4)} ${virtualTime ? 's of virtual time' : 's'}`],
    ['encoder', engine],
    ['report', join(output.directory, 'report.html')],
  );
  const table = printTable({ columns: COLUMNS, rows, width: Number.POSITIVE_INFINITY, header: false });
  const input = findTask(record.config.data.task).kind === 'text' ? '--text "..."' : '--file FILE';
  return `${table}\n\nNext: airtune predict ${output.directory} ${input}`;
}
