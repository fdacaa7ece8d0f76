import type { Cell, TableColumn } from '#report/content/report-content.ts';
import type { TargetCost } from '#shared/protocol/comparison-result.ts';
import {
  type Estimate,
  type FigureEstimates,
  RUN_FIGURE_NAMES,
  type RunFigure,
} from '#shared/protocol/experiment-result.ts';

/** How a figure is shown: its name, its unit, and the factor from the stored value to the unit. */
export interface ShownFigure extends TableColumn {
  readonly scale: number;
}

/** Figures of a whole run, in the order of tables. */
export const SHOWN_FIGURES: Readonly<Record<RunFigure, ShownFigure>> = {
  testAccuracy: { name: 'test accuracy', unit: '%', scale: 100 },
  testLoss: { name: 'test loss', scale: 1 },
  averagedHeadAccuracy: { name: 'accuracy of one averaged head', unit: '%', scale: 100 },
  trainLoss: { name: 'training loss', scale: 1 },
  devicesPerRound: { name: 'devices a round', scale: 1 },
  delayInBudgets: { name: 'mean delay in budgets', scale: 1 },
  radioSeconds: { name: 'radio delay', unit: 's', scale: 1 },
  virtualSeconds: { name: 'virtual time', unit: 's', scale: 1 },
  radioBits: { name: 'payload', unit: 'bit', scale: 1 },
  joules: { name: 'energy', unit: 'J', scale: 1 },
  usd: { name: 'cost', unit: 'USD', scale: 1 },
};

/** Costs of reaching a target, in the order of tables. */
export const SHOWN_COSTS: Readonly<Record<TargetCost, ShownFigure>> = {
  rounds: { name: 'rounds', scale: 1 },
  radioSeconds: { name: 'radio delay', unit: 's', scale: 1 },
  seconds: { name: 'time of the rounds', unit: 's', scale: 1 },
  radioBits: { name: 'payload', unit: 'bit', scale: 1 },
  joules: { name: 'energy', unit: 'J', scale: 1 },
  usd: { name: 'cost', unit: 'USD', scale: 1 },
};

/** An estimate as a table's cell; null if there is none. */
export function estimateCell(estimate: Estimate | undefined, scale: number): Cell {
  if (estimate === undefined) return null;
  const { mean, low, high } = estimate;
  if (low === null || high === null) return mean * scale;
  return { value: mean * scale, low: low * scale, high: high * scale };
}

/** The figures that any of the rows has. */
export function presentFigures(
  rows: readonly FigureEstimates[],
): readonly (readonly [RunFigure, ShownFigure])[] {
  return RUN_FIGURE_NAMES.flatMap((figure) =>
    rows.some((row) => row[figure] !== undefined) ? [[figure, SHOWN_FIGURES[figure]] as const] : [],
  );
}
