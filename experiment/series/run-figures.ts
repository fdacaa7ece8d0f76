import type { RunFigures } from '#shared/protocol/experiment-result.ts';
import type { RunSeries } from './run-series.ts';

/** The figures of a whole run. */
export function runFigures({ rows, virtualTime, budgetSeconds }: RunSeries): RunFigures {
  const rounds = rows.flatMap(({ metrics }) => (metrics === undefined ? [] : [metrics]));
  const { spent } = rows[rows.length - 1];
  const tested = rows.findLast(({ testAccuracy }) => testAccuracy !== undefined);
  const trainLoss = rounds.findLast((round) => round.trainLoss !== null)?.trainLoss ?? undefined;
  const devices = rounds.reduce((sum, { selected }) => sum + selected.length, 0);
  const figures = {
    testAccuracy: tested?.testAccuracy,
    testLoss: tested?.testLoss,
    averagedHeadAccuracy: tested?.averagedHeadAccuracy,
    trainLoss,
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
