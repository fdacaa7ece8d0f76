import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { compassSearch } from './compass-search.ts';
import { FACTOR_COUNT, fittedCloud } from './fitted-cloud.ts';
import type { MeasuredRun, StageSeconds } from './measured-run.ts';
import { compareStages, predictStages, type StageComparison, totalError, worstError } from './prediction.ts';

export interface Calibration {
  readonly cloud: CloudParameters;
  readonly comparison: readonly StageComparison[];
  /** What the stages are wrong by together, of the measured round. */
  readonly totalError: number;
  /** The largest relative error of a stage of at least 2 % of the round. */
  readonly worstError: number;
}

/** From steps of a factor of five to steps of three percent. */
const STEPS = { first: 1.6, last: 0.03 };

/**
 * Fits the cloud's parameters to a measured run: the simulation of the same run (same seed, so same channels
 * and same devices) is repeated with other parameters until devices spend in each stage what was measured.
 * What a run tells apart badly (requests to the store from the work between them) is found as well as it can
 * be.
 */
export function calibrate(run: MeasuredRun, start: CloudParameters): Calibration {
  const { stageSeconds: measured, batchTokens = start.encoder.batchTokens } = run;
  // How much runs as one batch is the engine's of the measured run, not a matter of fitting.
  const known = { ...start, encoder: { ...start.encoder, batchTokens } };
  const predict = (factors: readonly number[]): StageSeconds => {
    const settings = { ...run.settings, cloud: fittedCloud(known, factors) };
    return predictStages(parseStudy(settings, 'calibration'), run.rounds);
  };
  const factors = compassSearch(FACTOR_COUNT, (trial) => distance(predict(trial), measured), STEPS);
  const comparison = compareStages(predict(factors), measured);
  return {
    cloud: fittedCloud(known, factors),
    comparison,
    totalError: totalError(comparison),
    worstError: worstError(comparison),
  };
}

/**
 * Seconds by which a stage may be wrong as if it were right, of the round: what is that short says little.
 */
const NEGLIGIBLE_SHARE = 0.005;

/**
 * Squared logarithms of predicted over measured, summed over the stages. The critical path's wait after its
 * last answer is one more: it is nothing but requests to the store, and tells those from work.
 */
function distance(predicted: StageSeconds, measured: StageSeconds): number {
  const round = STAGES.reduce((sum, stage) => sum + measured.mean[stage], 0);
  const apart = (one: number, other: number): number =>
    Math.log((one + NEGLIGIBLE_SHARE * round) / (other + NEGLIGIBLE_SHARE * round)) ** 2;
  const stages = STAGES.reduce((sum, stage) => sum + apart(predicted.mean[stage], measured.mean[stage]), 0);
  return stages + apart(predicted.critical.waitingForSlowest, measured.critical.waitingForSlowest);
}
