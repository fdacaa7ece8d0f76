import { ConfigError } from '#shared/errors.ts';
import { USUAL_WARM_UP_ROUNDS } from '#study/output/study-plan.ts';
import type { StudyPoint } from '#study/points/points.ts';

/**
 * Refuses a warm-up that leaves some point without a round for the figures of its steady state.
 *
 * @throws ConfigError naming the fewest rounds of a point.
 */
export function requireSteadyRounds(points: readonly StudyPoint[], warmUpRounds: number): void {
  const fewest = points.reduce(
    (least, { settings }) => Math.min(least, settings.training.rounds),
    Number.POSITIVE_INFINITY,
  );
  if (warmUpRounds <= USUAL_WARM_UP_ROUNDS || warmUpRounds < fewest) return;
  throw new ConfigError(`${warmUpRounds} leaves no round of a point with ${fewest} rounds.`, {
    subject: '--warm-up',
    remedy: `Give at most ${fewest - 1}, or more --rounds.`,
  });
}
