import type { CloudParameters } from '../../emulator/parameters/cloud-parameters.ts';
import { parseStudy, withSetting } from '../settings/parse-study.ts';
import { improveCloud } from './improve-cloud.ts';
import type { MeasuredRun } from './measured-run.ts';
import { compareStages, predictStages, type StageComparison, totalError, worstError } from './prediction.ts';

export interface Calibration {
  readonly cloud: CloudParameters;
  readonly comparison: readonly StageComparison[];
  /** What the stages are wrong by together, of the measured round. */
  readonly totalError: number;
  /** The largest relative error of a stage of at least 2 % of the round. */
  readonly worstError: number;
  readonly iterations: number;
}

/** Steps of the search; the parts hardly touch each other's stages, so few are needed. */
const ITERATIONS = 20;
/** How much of each step is taken: less and less, for what jumps between two batchings to settle. */
const dampingOf = (iteration: number): number => 0.8 * 0.9 ** Math.max(0, iteration - 6);
/** An error as small as this is not worth another step. */
const CLOSE = 0.001;

/**
 * Fits the cloud's parameters to a measured run: the simulation of the same run (same seed, so same channels and same devices) is
 * repeated, and each part's parameter moved by what its stage is wrong, until it spends in each stage what was measured.
 * The best of all steps is kept. What a run does not tell apart is taken together: of a stage, store requests and
 * work; of work, fixed part, items and operations, which are scaled as one.
 */
export function calibrate(run: MeasuredRun, start: CloudParameters): Calibration {
  let cloud = start;
  let best: Calibration | undefined;
  for (let iteration = 1; iteration <= ITERATIONS; iteration++) {
    const settings = parseStudy(withSetting(run.settings, 'cloud', cloud), 'calibration');
    const predicted = predictStages(settings, run.rounds);
    const comparison = compareStages(predicted, run);
    const error = totalError(comparison);
    if (best === undefined || error < best.totalError) {
      const worst = worstError(comparison);
      best = { cloud, comparison, totalError: error, worstError: worst, iterations: iteration };
    }
    if (error < CLOSE) break;
    cloud = improveCloud(settings, predicted, run.stageSeconds, dampingOf(iteration));
  }
  if (best === undefined) throw new Error('No step of the calibration was made.');
  return best;
}
