import type { RunRecord } from '#shared/protocol/run-record.ts';
import {
  type ConvergenceTerms,
  convergenceTerms,
  type FittedConvergence,
  fitConvergence,
} from '#shared/scheduling/fit-convergence.ts';
import type { RoundMetrics } from './round-metrics.ts';

/** Theorem 1 beside a run: its constants as fitted to the training loss, and its terms in each round. */
export interface TheoremOfRun {
  readonly constants: FittedConvergence;
  readonly rounds: readonly ConvergenceTerms[];
}

/** Null for a run of too few rounds with a loss. */
export function theoremOfRun(record: RunRecord, rounds: readonly RoundMetrics[]): TheoremOfRun | null {
  const { devices } = record.config.training;
  const scheduled = rounds.map(({ answered }) => answered.length);
  const constants = fitConvergence(
    rounds.map(({ trainLoss }, round) => ({ scheduled: scheduled[round], loss: trainLoss })),
    devices,
  );
  if (constants === undefined) return null;
  return { constants, rounds: convergenceTerms(constants, scheduled, devices) };
}
