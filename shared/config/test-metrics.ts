import { namesOf } from '#shared/names-of.ts';

/** The kind of a task's predictions. */
export type TestedKind = 'classes' | 'scores' | 'tokens';

/**
 * Figures of a test by which a run can be stopped and its best state chosen. `classes` are those of a
 * classification, `scores` those of a regression, `tokens` those of a language task. `best` is the figure of
 * a model without errors.
 */
export const TEST_METRICS = {
  accuracy: { for: ['classes', 'tokens'], better: 'higher', best: 1 },
  averagedHeadAccuracy: { for: ['classes'], better: 'higher', best: 1 },
  macroF1: { for: ['classes'], better: 'higher', best: 1 },
  matthews: { for: ['classes'], better: 'higher', best: 1 },
  loss: { for: ['classes', 'scores', 'tokens'], better: 'lower', best: 0 },
  perplexity: { for: ['tokens'], better: 'lower', best: 1 },
  squaredError: { for: ['scores'], better: 'lower', best: 0 },
  pearson: { for: ['scores'], better: 'higher', best: 1 },
  spearman: { for: ['scores'], better: 'higher', best: 1 },
} as const satisfies Readonly<
  Record<
    string,
    { readonly for: readonly TestedKind[]; readonly better: 'higher' | 'lower'; readonly best: number }
  >
>;

export type TestMetric = keyof typeof TEST_METRICS;

export const TEST_METRIC_NAMES: readonly TestMetric[] = namesOf(TEST_METRICS);

/** Names of the metrics that suit a kind of task. */
export function metricsFor(kind: TestedKind): readonly TestMetric[] {
  return TEST_METRIC_NAMES.filter((name) => {
    const { for: kinds }: { readonly for: readonly TestedKind[] } = TEST_METRICS[name];
    return kinds.includes(kind);
  });
}

/** What a target must be for a run to reach it, if the target is out of reach. */
export function targetFault(metric: TestMetric, target: number): string | undefined {
  const { better, best } = TEST_METRICS[metric];
  if (better === 'higher') return target > best ? `must be at most ${best} for ${metric}` : undefined;
  return target < best ? `must be at least ${best} for ${metric}` : undefined;
}
