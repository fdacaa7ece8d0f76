import { estimateText } from '#cli/experiment/estimate-text.ts';
import { percent } from '#cli/print/percent.ts';
import { type Column, printTable } from '#cli/print/table.ts';
import { SHOWN_COSTS, SHOWN_FIGURES, type ShownFigure } from '#experiment/report/figure-columns.ts';
import {
  type ComparisonResult,
  TARGET_COST_NAMES,
  type TargetCost,
} from '#shared/protocol/comparison-result.ts';
import type { FigureEstimates, RunFigure } from '#shared/protocol/experiment-result.ts';

/** Figures of the table, with the order in which they are left out. */
const FIGURES: readonly (readonly [RunFigure, number | undefined])[] = [
  ['testAccuracy', undefined],
  ['trainLoss', 3],
  ['devicesPerRound', 2],
  ['delayInBudgets', 5],
  ['virtualSeconds', 1],
  ['joules', 6],
  ['usd', 4],
];

/**
 * The tables of a comparison: settings that differ, figures, paired differences, and the cost of the target.
 */
export function comparisonTables(result: ComparisonResult, width: number): string {
  const { contenders, targetAccuracy } = result;
  const first = contenders[0].label;
  const compared = contenders.filter(({ baseline }) => baseline !== null);
  return [
    ...(contenders.length === 1 ? [] : [settingsTable(result, width)]),
    figureTable(
      'contender',
      contenders.map(({ label, seeds, figures }) => ({ label, seeds: seeds.length, figures })),
      false,
      width,
    ),
    ...(compared.length === 0
      ? []
      : [
          `Differences from ${compared.every(({ baseline }) => baseline === first) ? first : 'the first on the same data'}, paired by seed:`,
          figureTable(
            'contender',
            compared.map(({ label, seeds, differences }) => ({
              label,
              seeds: seeds.length,
              figures: differences,
            })),
            true,
            width,
          ),
        ]),
    ...(targetAccuracy === null ? [] : [targetTable(result, targetAccuracy, width)]),
  ].join('\n\n');
}

interface FigureRow {
  readonly label: string;
  readonly seeds: number;
  readonly figures: FigureEstimates;
}

function figureTable(title: string, rows: readonly FigureRow[], signed: boolean, width: number): string {
  const shown = FIGURES.filter(([figure]) => rows.some(({ figures }) => figures[figure] !== undefined));
  const columns: readonly Column[] = [
    { title, align: 'left' },
    { title: 'seeds', align: 'right', dropOrder: 7 },
    ...shown.map(([figure, dropOrder]) => ({
      title: inTerminal(SHOWN_FIGURES[figure]).title,
      align: 'right' as const,
      ...(dropOrder === undefined ? {} : { dropOrder }),
    })),
  ];
  const cells = rows.map(({ label, seeds, figures }) => [
    label,
    String(seeds),
    ...shown.map(([figure]) => {
      const estimate = figures[figure];
      return estimate === undefined
        ? '-'
        : estimateText(estimate, inTerminal(SHOWN_FIGURES[figure]).scale, signed);
    }),
  ]);
  return printTable({ columns, rows: cells, width });
}

function targetTable({ contenders }: ComparisonResult, targetAccuracy: number, width: number): string {
  const tested = contenders.filter(({ target }) => target !== null);
  const title = `To ${percent(targetAccuracy)} test accuracy:`;
  if (tested.length === 0) return `${title} no contender was tested.`;
  const shown = TARGET_COST_NAMES.filter((cost) =>
    tested.some(({ target }) => target?.costs[cost] !== undefined),
  );
  const tableOf = (costs: readonly TargetCost[], tableWidth: number): string =>
    printTable({
      columns: [
        { title: 'contender', align: 'left' },
        { title: 'reached', align: 'right' },
        ...costs.map((cost, index) => ({
          title: inTerminal(SHOWN_COSTS[cost]).title,
          align: 'right' as const,
          ...(index === 0 ? {} : { dropOrder: index }),
        })),
      ],
      rows: tested.map(({ label, seeds, target }) => [
        label,
        `${target?.reachedSeeds.length ?? 0} of ${seeds.length}`,
        ...costs.map((cost) => {
          const estimate = target?.costs[cost];
          return estimate === undefined ? '-' : estimateText(estimate, inTerminal(SHOWN_COSTS[cost]).scale);
        }),
      ]),
      width: tableWidth,
    });
  return [
    title,
    ...fittingGroups(shown, (costs) => widthOf(tableOf(costs, Infinity)) <= width).map((costs) =>
      tableOf(costs, width),
    ),
  ].join('\n');
}

/**
 * Costs of tables that fit, in order: the costs were asked for, so a narrow terminal gets several tables in
 * place of one without some of them.
 */
function fittingGroups(
  costs: readonly TargetCost[],
  fits: (costs: readonly TargetCost[]) => boolean,
): readonly (readonly TargetCost[])[] {
  const groups: TargetCost[][] = [];
  for (const cost of costs) {
    const last = groups.at(-1);
    if (last !== undefined && fits([...last, cost])) last.push(cost);
    else groups.push([cost]);
  }
  return groups;
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

/** Settings that differ: a row for each, a column for each contender. */
function settingsTable({ differing, contenders }: ComparisonResult, width: number): string {
  if (differing.length === 0) return 'All settings are the same.';
  const columns: readonly Column[] = [
    { title: 'setting that differs', align: 'left' },
    ...contenders.map(({ label }, index) => ({
      title: label,
      align: 'left' as const,
      ...(index < 2 ? {} : { dropOrder: index }),
    })),
  ];
  const rows = differing.map(({ path, values }) => [path, ...values.map(shortValue)]);
  return printTable({ columns, rows, width });
}

function shortValue(value: unknown): string {
  if (value === null) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 3)}...`;
}

const LONGEST_VALUE = 24;

/** A figure in the unit of the terminal: payloads in Gbit, all others in their own unit. */
function inTerminal({ name, unit, scale }: ShownFigure): { readonly title: string; readonly scale: number } {
  if (unit === 'bit') return { title: `${name} Gbit`, scale: scale * 1e-9 };
  return { title: unit === undefined ? name : `${name} ${unit}`, scale };
}
