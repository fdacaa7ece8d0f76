import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';
import { convergenceTerms, fitConvergence } from '#shared/scheduling/fit-convergence.ts';

/** Theorem 1 for a run: constants fitted to the training loss, and terms. Null for too few rounds. */
export function theoremOfRun(record: RunRecord, rounds: readonly RoundMetrics[]): RunResult['theorem1'] {
  const { devices } = record.config.training;
  const scheduled = rounds.map(({ answered }) => answered.length);
  const constants = fitConvergence(
    rounds.map(({ trainLoss }, round) => ({ scheduled: scheduled[round], loss: trainLoss })),
    devices,
  );
  if (constants === undefined) return null;
  return { constants, rounds: [...convergenceTerms(constants, scheduled, devices)] };
}
