import { join } from 'node:path';
import { type Column, printTable } from '#cli/print/table.ts';
import { fixed } from '#report/page/decimals.ts';
import type { RunSummary } from '#run/execute/execute-run.ts';
import { taskInput } from '#shared/data/task-input.ts';
import { meanRoundSeconds } from '#study/report/run-figures.ts';
import { controlRows } from './control-rows.ts';
import { testRows } from './test-rows.ts';

const COLUMNS: readonly Column[] = [
  { title: 'figure', align: 'left' },
  { title: 'value', align: 'left' },
];

/** Options of `airtune predict` by the kind of inputs of a task. */
const NEXT_INPUTS = { text: '--text "..."', image: '--file FILE', language: '--prompt "..."' } as const;

/** Summary of a finished run for programs; result.json has all details. */
export function summaryRecord({ record, output, engine, rounds, evaluations }: RunSummary) {
  const last = evaluations.at(-1);
  return {
    run: record.run,
    output: output.directory,
    engine,
    rounds: rounds.length,
    trainLoss: rounds.findLast(({ trainLoss }) => trainLoss !== null)?.trainLoss ?? null,
    testAccuracy: last?.accuracy ?? null,
    ownMixAccuracy: last?.ownMixAccuracy ?? null,
    averagedHeadAccuracy: last?.averagedHeadAccuracy ?? null,
    chance: last?.chance ?? null,
    macroF1: last?.macroF1 ?? null,
    matthews: last?.matthews ?? null,
    perplexity: last?.language?.perplexity ?? null,
    squaredError: last?.scores?.ownHeads.squaredError ?? null,
    pearson: last?.scores?.ownHeads.pearson ?? null,
    spearman: last?.scores?.ownHeads.spearman ?? null,
  };
}

/** The closing table of a run: accuracy and chance, delay and budget, mean time of a round. */
export function summaryTable(
  { record, output, engine, virtualTime, control, rounds, evaluations, best }: RunSummary,
  width: number,
): string {
  const first = evaluations[0];
  const last = evaluations.at(-1);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rows: (readonly [string, string])[] = [];
  if (first !== undefined && last !== undefined) {
    rows.push(...testRows(first, last, record.labelNames));
  }
  if (best !== undefined && best.rounds !== last?.rounds) {
    rows.push([
      'best test',
      `${best.metric} ${best.value.toPrecision(4)} after round ${best.rounds}, in best/`,
    ]);
  }
  const losses = rounds.flatMap(({ trainLoss }) => (trainLoss === null ? [] : [trainLoss]));
  if (losses.length > 0) {
    rows.push(['training loss', `${losses[0].toFixed(4)} -> ${losses[losses.length - 1].toFixed(4)}`]);
  }
  const answered = mean(rounds.map(({ answered }) => answered.length));
  rows.push(
    ...controlRows(control, record.config.training.devices, answered),
    ['whole round', `${fixed(meanRoundSeconds(rounds), 4)} ${virtualTime ? 's of virtual time' : 's'}`],
    ['encoder', engine],
    ['report', join(output.directory, 'report.html')],
  );
  const table = printTable({ columns: COLUMNS, rows, width, header: false, wrapColumn: 1 });
  const input = NEXT_INPUTS[taskInput(record.config.data).kind];
  return `${table}\n\nNext: airtune predict ${output.directory} ${input}`;
}
