/**
 * Figures of a test by which a run can be stopped and its best state chosen. `classes` are those of a
 * classification, `scores` those of a regression.
 */
export const TEST_METRICS = {
  accuracy: { for: 'classes', better: 'higher' },
  averagedHeadAccuracy: { for: 'classes', better: 'higher' },
  macroF1: { for: 'classes', better: 'higher' },
  matthews: { for: 'classes', better: 'higher' },
  loss: { for: 'both', better: 'lower' },
  squaredError: { for: 'scores', better: 'lower' },
  pearson: { for: 'scores', better: 'higher' },
  spearman: { for: 'scores', better: 'higher' },
} as const satisfies Readonly<
  Record<string, { readonly for: 'classes' | 'scores' | 'both'; readonly better: 'higher' | 'lower' }>
>;

export type TestMetric = keyof typeof TEST_METRICS;

export const TEST_METRIC_NAMES = Object.keys(TEST_METRICS).filter(isTestMetric);

function isTestMetric(name: string): name is TestMetric {
  return Object.hasOwn(TEST_METRICS, name);
}

/** Names of the metrics that suit a classification or a regression. */
export function metricsFor(kind: 'classes' | 'scores'): readonly TestMetric[] {
  return TEST_METRIC_NAMES.filter((name) => ['both', kind].includes(TEST_METRICS[name].for));
}
