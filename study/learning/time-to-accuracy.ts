import type { PointSummary } from '#study/output/point-summary.ts';
import { type LearningCurve, nearestCurve } from './learning-curve.ts';

/** A test of a real run, with the time and cost at which a point reaches its round. */
export interface TimedTest {
  readonly rounds: number;
  readonly accuracy: number;
  readonly seconds: number;
  readonly usd: number;
}

export interface TimedCurve {
  /** The run with these accuracies. */
  readonly run: string;
  readonly tests: readonly TimedTest[];
}

/**
 * Accuracy against seconds and dollars for one point: the accuracies of the nearest real run, at the times of
 * the point's rounds. After the simulated rounds, the mean round is assumed. Undefined without a curve.
 */
export function timedCurve(point: PointSummary, curves: readonly LearningCurve[]): TimedCurve | undefined {
  const { scheduled, answeredFraction } = point.metrics;
  const curve = nearestCurve(curves, point.policy, scheduled.mean * answeredFraction.mean);
  if (curve === undefined) return undefined;
  return {
    run: curve.run,
    tests: curve.tests.map(({ rounds, accuracy }) => ({
      rounds,
      accuracy,
      seconds: total(
        point,
        rounds,
        ({ roundSeconds }) => roundSeconds.mean + point.metrics.commitSeconds.mean,
      ),
      usd: total(point, rounds, ({ totalUsd }) => totalUsd.mean),
    })),
  };
}

function total(
  { rounds: simulated }: PointSummary,
  rounds: number,
  value: (round: PointSummary['rounds'][number]) => number,
): number {
  const known = simulated.slice(0, rounds).reduce((sum, round) => sum + value(round), 0);
  const mean = simulated.reduce((sum, round) => sum + value(round), 0) / simulated.length;
  return known + Math.max(0, rounds - simulated.length) * mean;
}
