import { type Column, printTable } from '#cli/print/table.ts';
import { labelInVariant } from '#experiment/plan/point-label.ts';
import type { ExperimentResult, RunFigure } from '#shared/protocol/experiment-result.ts';
import { estimateText } from './estimate-text.ts';

/** Columns of figures, in order, with the factor of their unit. */
const FIGURES: readonly (readonly [RunFigure, string, number, number | undefined])[] = [
  ['testAccuracy', 'test accuracy %', 100, undefined],
  ['trainLoss', 'training loss', 1, 2],
  ['devicesPerRound', 'devices a round', 1, 1],
  ['delayInBudgets', 'delay / budget', 1, 3],
  ['virtualSeconds', 'virtual time s', 1, 4],
  ['usd', 'cost USD', 1, 5],
];

/**
 * Tables of an experiment, one for each variant: a row for each point, with its difference from the first.
 */
export function experimentTables({ plan, points }: ExperimentResult, width: number): string {
  const variants = [...new Set(plan.points.map(({ variant }) => variant))];
  return variants
    .map((variant) => {
      const shown = points.filter((_, index) => plan.points[index].variant === variant);
      const columns: readonly Column[] = [
        { title: 'point', align: 'left' },
        { title: 'runs', align: 'right', dropOrder: 6 },
        ...FIGURES.map(([, title, , dropOrder]) => ({
          title,
          align: 'right' as const,
          ...(dropOrder === undefined ? {} : { dropOrder }),
        })),
        { title: 'accuracy less first, %', align: 'right', dropOrder: 0 },
      ];
      const rows = shown.map(({ name, runs, figures, differences }) => {
        const point = plan.points.find((one) => one.name === name);
        const finished = runs.filter(({ status }) => status === 'finished').length;
        const accuracy = differences.testAccuracy;
        return [
          point === undefined ? name : labelInVariant(point),
          finished === runs.length ? String(finished) : `${finished} of ${runs.length}`,
          ...FIGURES.map(([figure, , scale]) => {
            const estimate = figures[figure];
            return estimate === undefined ? '-' : estimateText(estimate, scale);
          }),
          accuracy === undefined ? '-' : estimateText(accuracy, 100, true),
        ];
      });
      const table = printTable({ columns, rows, width });
      return variant === null ? table : `${variant}\n${table}`;
    })
    .join('\n\n');
}
