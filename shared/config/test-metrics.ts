import { namesOf } from '#shared/names-of.ts';

/** The kind of a task's predictions. */
export type TestedKind = 'classes' | 'scores' | 'tokens';

/**
 * Figures of a test by which a run can be stopped and its best state chosen. `classes` are those of a
 * classification, `scores` those of a regression, `tokens` those of a language task.
 */
export const TEST_METRICS = {
  accuracy: { for: ['classes', 'tokens'], better: 'higher' },
  averagedHeadAccuracy: { for: ['classes'], better: 'higher' },
  macroF1: { for: ['classes'], better: 'higher' },
  matthews: { for: ['classes'], better: 'higher' },
  loss: { for: ['classes', 'scores', 'tokens'], better: 'lower' },
  perplexity: { for: ['tokens'], better: 'lower' },
  squaredError: { for: ['scores'], better: 'lower' },
  pearson: { for: ['scores'], better: 'higher' },
  spearman: { for: ['scores'], better: 'higher' },
} as const satisfies Readonly<
  Record<string, { readonly for: readonly TestedKind[]; readonly better: 'higher' | 'lower' }>
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
