import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { ConfigError } from '#shared/errors.ts';

const constants = z.object({
  contraction: z.number(),
  floor: z.number(),
  initialGap: z.number(),
  loraScale: z.number(),
});

/** How the accuracy of a real run grew: what a study joins to seconds and dollars. */
export const learningCurveSchema = z.strictObject({
  run: z.string(),
  policy: z.string(),
  /** Devices that answered in a round, mean of the rounds. */
  devicesPerRound: z.number(),
  /** Accuracy of always guessing the most frequent label. */
  chance: z.number().nullable(),
  tests: z.array(z.strictObject({ rounds: z.int().nonnegative(), accuracy: z.number() })).min(1),
  /** Theorem 1's constants as fitted to the run's loss; null where they were not. */
  theorem1: constants.nullable().default(null),
});

export type LearningCurve = z.output<typeof learningCurveSchema>;

const resultSchema = z.object({
  format: z.literal('airtune-result'),
  version: z.literal(2),
  run: z.string(),
  config: z.object({ scheduling: z.object({ policy: z.string() }) }),
  chance: z.number().nullable(),
  theorem1: z.object({ constants }).nullable().optional(),
  rounds: z.array(
    z.object({ round: z.int(), answered: z.array(z.int()), testAccuracy: z.number().optional() }),
  ),
});

/**
 * The learning curve in a run's result.json.
 *
 * @throws ConfigError when it is none, or when the run was never tested
 */
export function parseLearningCurve(value: unknown, subject: string): LearningCurve {
  const { run, config, chance, rounds, theorem1 } = parseStrict(resultSchema, value, subject);
  const tests = rounds.flatMap(({ round, testAccuracy }) =>
    testAccuracy === undefined ? [] : [{ rounds: round, accuracy: testAccuracy }],
  );
  if (tests.length === 0) {
    throw new ConfigError('was never tested.', {
      subject,
      remedy: 'Name a finished run with training.evaluateEvery within its rounds.',
    });
  }
  const answered = rounds.reduce((sum, round) => sum + round.answered.length, 0);
  return {
    run,
    policy: config.scheduling.policy,
    devicesPerRound: answered / rounds.length,
    chance,
    tests,
    theorem1: theorem1?.constants ?? null,
  };
}

/**
 * The curve that fits a point best: one of the same policy if there is one, and of these the one whose rounds had most nearly as
 * many devices, in proportion.
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
