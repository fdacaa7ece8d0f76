import { featuresOf } from '#shared/config/run-features.ts';
import { TEST_METRICS, type TestMetric } from '#shared/config/test-metrics.ts';
import type { Evaluation } from './records.ts';
import type { RunRecord } from './run-record.ts';

/** The value of a metric in a test; undefined if the test does not have it. */
export function metricOf(evaluation: Evaluation, metric: TestMetric): number | undefined {
  switch (metric) {
    case 'squaredError':
    case 'pearson':
    case 'spearman':
      return evaluation.scores?.ownHeads[metric];
    case 'perplexity':
      return evaluation.language?.perplexity;
    default:
      return evaluation[metric] ?? undefined;
  }
}

function isAtLeastAsGood(metric: TestMetric, value: number, other: number): boolean {
  return TEST_METRICS[metric].better === 'higher' ? value >= other : value <= other;
}

/** Whether a run ends with this test. The test before the first round never ends a run. */
export function reachesTarget({ config }: Pick<RunRecord, 'config'>, evaluation: Evaluation): boolean {
  const { stopAt } = config.training;
  if (stopAt === undefined || evaluation.rounds === 0) return false;
  const value = metricOf(evaluation, stopAt.metric);
  return value !== undefined && isAtLeastAsGood(stopAt.metric, value, stopAt.value);
}

/**
 * Whether the next round starts only when the test after this many rounds is stored. A run with a target
 * waits for each test, so that it ends after the same round on every host.
 */
export function waitsForTest({ config }: Pick<RunRecord, 'config'>, rounds: number): boolean {
  const { stopAt, evaluateEvery } = config.training;
  return stopAt !== undefined && rounds > 0 && rounds % evaluateEvery === 0;
}

/** The metric by which a run's best state is chosen. */
export function bestMetric({ config, score }: Pick<RunRecord, 'config' | 'score'>): TestMetric {
  const { bestBy, stopAt } = config.training;
  if (featuresOf(config) === 'tokens') return bestBy ?? stopAt?.metric ?? 'perplexity';
  return bestBy ?? stopAt?.metric ?? (score === undefined ? 'accuracy' : 'squaredError');
}

/** The best test of a run, the first of several equal ones; undefined without a test. */
export function bestTest(
  record: Pick<RunRecord, 'config' | 'score'>,
  evaluations: readonly Evaluation[],
): Evaluation | undefined {
  const metric = bestMetric(record);
  let best: { readonly evaluation: Evaluation; readonly value: number } | undefined;
  for (const evaluation of evaluations) {
    const value = metricOf(evaluation, metric);
    if (value === undefined) continue;
    if (best === undefined || !isAtLeastAsGood(metric, best.value, value)) best = { evaluation, value };
  }
  return best?.evaluation;
}
