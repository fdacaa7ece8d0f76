import type { Finding } from './finding.ts';
import { budgetsIn, contendersIn, estimateOf, type PanelData } from './panel-data.ts';
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
  const cell = (
    contender: string,
    figure: 'testAccuracy' | 'trainLoss' | 'devicesPerRound' | 'delayInBudgets',
    scale: number,
    digits: number,
    budget: number | undefined,
  ): string => {
    const estimate = estimateOf(data, contender, figure, budget);
    if (estimate === undefined) return '-';
    const show = (value: number): string => (value * scale).toFixed(digits);
    const { mean, low, high } = estimate;
    return low === null || high === null ? show(mean) : `${show(mean)} (${show(low)} to ${show(high)})`;
  };
  const head = [
    'contender',
    ...(budgets.length === 0 ? [] : ['budget, s/bit']),
    'test accuracy, %',
    'training loss',
    'devices a round',
    'mean delay, budgets',
  ];
  const rows = contendersIn(data).flatMap((contender) =>
    places.map((budget) =>
      row([
        shownName(contender),
        ...(budget === undefined ? [] : [String(budget)]),
        cell(contender, 'testAccuracy', 100, 1, budget),
        cell(contender, 'trainLoss', 1, 3, budget),
        cell(contender, 'devicesPerRound', 1, 2, budget),
        cell(contender, 'delayInBudgets', 1, 2, budget),
      ]),
    ),
  );
  return [row(head), row(head.map(() => '---')), ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
