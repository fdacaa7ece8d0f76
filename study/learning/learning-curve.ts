import * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';

const fraction = z.number().min(0).max(1);

const constants = z.object({
  contraction: z.number(),
  floor: z.number(),
  initialGap: z.number(),
  loraScale: z.number(),
});

/** Accuracy of a real run by rounds. A study adds seconds and dollars. */
export const learningCurveSchema = z.strictObject({
  run: z.string(),
  policy: z.string(),
  /** Devices that answered in a round, mean over the rounds. */
  devicesPerRound: z.number().min(0).max(1_000_000),
  /** Accuracy of always guessing the most frequent label. */
  chance: fraction.nullable(),
  tests: z.array(z.strictObject({ rounds: z.int().nonnegative(), accuracy: fraction })).min(1),
  /** Theorem 1's constants, fitted to the run's loss; null if they were not fitted. */
  theorem1: constants.nullable().default(null),
  /** Settings in which the run differs from the study, for the report and a warning. */
  differences: z.array(z.string()).default([]),
});

export type LearningCurve = z.output<typeof learningCurveSchema>;

/** The part of a run's result from which its learning curve is made. */
export interface LearningSource extends Pick<RunResult, 'run' | 'chance' | 'theorem1'> {
  readonly rounds: readonly Pick<RoundMetrics, 'round' | 'policy' | 'answered' | 'testAccuracy'>[];
}

/**
 * The learning curve of a run.
 *
 * @throws ConfigError if the model was not tested after any round.
 */
export function learningCurve(result: LearningSource, subject: string): LearningCurve {
  const { run, chance, rounds, theorem1 } = result;
  const tests = rounds.flatMap(({ round, testAccuracy }) =>
    testAccuracy === undefined ? [] : [{ rounds: round, accuracy: testAccuracy }],
  );
  if (tests.length === 0) {
    throw new ConfigError('holds no test of the model.', {
      subject,
      remedy: 'Name a finished run with training.evaluateEvery within its rounds.',
    });
  }
  const answered = rounds.reduce((sum, round) => sum + round.answered.length, 0);
  return {
    run,
    policy: rounds[0].policy,
    devicesPerRound: answered / rounds.length,
    chance,
    tests,
    theorem1: theorem1?.constants ?? null,
    differences: [],
  };
}

/**
 * The curve nearest to a point: curves of the same policy are preferred; among them, the number of devices
 * per round must be the most similar (by ratio).
 */
export function nearestCurve(
  curves: readonly LearningCurve[],
  policy: string,
  devicesPerRound: number,
): LearningCurve | undefined {
  const same = curves.filter((curve) => curve.policy === policy);
  const distance = (curve: LearningCurve): number =>
    Math.abs(Math.log((1 + curve.devicesPerRound) / (1 + devicesPerRound)));
  return (same.length > 0 ? same : curves).reduce<LearningCurve | undefined>(
    (best, curve) => (best === undefined || distance(curve) < distance(best) ? curve : best),
    undefined,
  );
}
