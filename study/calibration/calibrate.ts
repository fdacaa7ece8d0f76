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
  /** Sum of the stages' absolute errors, as a fraction of the measured round. */
  readonly totalError: number;
  /** The largest relative error of a stage of at least 2 % of the round. */
  readonly worstError: number;
}

/** Step sizes of the logarithms: from a factor of five (e^1.6) to three percent. */
const STEPS = { first: 1.6, last: 0.03 };

/**
 * Fits the cloud's parameters to a measured run. The same run (same seed, so the same channels and devices)
 * is simulated with varied parameters until the time of the devices in each stage matches the measurement.
 * A run hardly separates store requests from the work between them, so their parameters are less certain.
 */
export function calibrate(run: MeasuredRun, start: CloudParameters): Calibration {
  const { stageSeconds: measured, batchTokens = start.encoder.batchTokens } = run;
  // The batch size is a property of the measured run's engine, so it is not fitted.
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

/** Time added to both compared times, as a fraction of the round: very short stages then count little. */
const NEGLIGIBLE_SHARE = 0.005;

/**
 * Sum over the stages of the squared logarithm of predicted over measured time, plus the same term for the
 * wait after the last answer on the critical path. This wait consists of store requests only, so it separates
 * them from work.
 */
function distance(predicted: StageSeconds, measured: StageSeconds): number {
  const round = STAGES.reduce((sum, stage) => sum + measured.mean[stage], 0);
  const apart = (one: number, other: number): number =>
    Math.log((one + NEGLIGIBLE_SHARE * round) / (other + NEGLIGIBLE_SHARE * round)) ** 2;
  const stages = STAGES.reduce((sum, stage) => sum + apart(predicted.mean[stage], measured.mean[stage]), 0);
  return stages + apart(predicted.critical.waitingForSlowest, measured.critical.waitingForSlowest);
}
