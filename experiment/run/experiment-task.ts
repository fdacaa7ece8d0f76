import { runFolderName } from '#experiment/plan/make-points.ts';
import type { ExperimentPlan, ExperimentPoint } from '#shared/protocol/experiment-result.ts';

/** One run of an experiment: a point with one seed. */
export interface ExperimentTask {
  readonly point: ExperimentPoint;
  readonly seed: number;
  /** Output folder, relative to the experiment's folder. */
  readonly folder: string;
  readonly rounds: number;
}

/** Every run, seed by seed, so that at any time all points have about the same number of finished runs. */
export function experimentTasks({ points, seeds }: ExperimentPlan): readonly ExperimentTask[] {
  return seeds.flatMap((seed) =>
    points.map((point) => ({
      point,
      seed,
      folder: runFolderName(point, seed),
      rounds: roundsOf(point),
    })),
  );
}

/** Complete settings of a run: the settings of its point, with the run's seed. */
export function settingsOf({ point, seed }: ExperimentTask): ExperimentPoint['settings'] {
  return { ...point.settings, seed };
}

function roundsOf({ settings: { training } }: ExperimentPoint): number {
  return typeof training === 'object' &&
    training !== null &&
    'rounds' in training &&
    typeof training.rounds === 'number'
    ? training.rounds
    : 1;
}
