import type { Estimate } from '#shared/protocol/experiment-result.ts';
import type { Finding } from './finding.ts';
import { bestAccuracyOf, budgetsIn, contendersIn, estimateOf, type PanelData } from './panel-data.ts';
import { shownName } from './panel-figures.ts';

/** Tables of statements in Markdown, one for each panel. */
export function findingsTables(all: readonly Finding[]): string {
  const order = [...new Set(all.map(({ evidence }) => evidence))];
  return order
    .map((evidence) => {
      const rows = all
        .filter((finding) => finding.evidence === evidence)
        .map(({ statement, source, figures, verdict, why }) =>
          row([
            source === 'paper' ? statement : `${statement} (ours)`,
            figures === '' ? '-' : figures,
            `**${verdict}**${why === '' ? '' : `: ${why}`}`,
          ]),
        );
      const head = [row(['statement', 'figures', 'verdict']), row(['---', '---', '---'])];
      return `### ${evidence.charAt(0).toUpperCase()}${evidence.slice(1)}\n\n${[...head, ...rows].join('\n')}`;
    })
    .join('\n\n');
}

/** Table of the results of a panel in Markdown, by contender and delay budget. */
export function resultTable(data: PanelData): string {
  const budgets = budgetsIn(data);
  const places: readonly (number | undefined)[] = budgets.length === 0 ? [undefined] : budgets;
  const head = [
    'contender',
    ...(budgets.length === 0 ? [] : ['budget, s/bit']),
    'test accuracy, %',
    'best tested, %',
    'training loss',
    'devices a round',
    'mean delay, budgets',
  ];
  const rows = contendersIn(data).flatMap((contender) =>
    places.map((budget) =>
      row([
        shownName(contender),
        ...(budget === undefined ? [] : [String(budget)]),
        cell(estimateOf(data, contender, 'testAccuracy', budget), 100, 1),
        cell(bestAccuracyOf(data, contender, budget), 100, 1),
        cell(estimateOf(data, contender, 'trainLoss', budget), 1, 3),
        cell(estimateOf(data, contender, 'devicesPerRound', budget), 1, 2),
        cell(estimateOf(data, contender, 'delayInBudgets', budget), 1, 2),
      ]),
    ),
  );
  return [row(head), row(head.map(() => '---')), ...rows].join('\n');
}

/** An estimate times a factor, with its interval. */
function cell(estimate: Estimate | undefined, factor: number, decimals: number): string {
  if (estimate === undefined) return '-';
  const show = (value: number): string => (value * factor).toFixed(decimals);
  const { mean, low, high } = estimate;
  return low === null || high === null ? show(mean) : `${show(mean)} (${show(low)} to ${show(high)})`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
