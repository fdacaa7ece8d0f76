import type { RunFigures } from '#shared/protocol/experiment-result.ts';
import type { Series } from './run-series.ts';

/** The figures of a whole run. */
export function runFigures({ rows, virtualTime, budgetSeconds }: Series): RunFigures {
  const rounds = rows.slice(1);
  const { spent } = rows[rows.length - 1];
  const tested = rows.findLast(({ testAccuracy }) => testAccuracy !== undefined);
  const devices = rounds.reduce((sum, { scheduled }) => sum + (scheduled ?? 0), 0);
  const figures = {
    testAccuracy: tested?.testAccuracy,
    testLoss: tested?.testLoss,
    averagedHeadAccuracy: tested?.averagedHeadAccuracy,
    trainLoss: rounds.findLast(({ trainLoss }) => trainLoss !== undefined)?.trainLoss,
    devicesPerRound: devices / rounds.length,
    delayInBudgets: spent.radioSeconds / (rounds.length * budgetSeconds),
    radioSeconds: spent.radioSeconds,
    // Measured times differ from one repetition to the next, so only virtual ones are figures.
    virtualSeconds: virtualTime ? spent.seconds : undefined,
    radioBits: spent.radioBits,
    joules: spent.joules,
    usd: spent.usd,
  };
  return Object.fromEntries(
    Object.entries(figures).filter(([, value]) => value !== undefined && Number.isFinite(value)),
  );
}
