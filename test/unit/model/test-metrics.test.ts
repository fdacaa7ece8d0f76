import { describe, expect, test } from 'vitest';
import { classificationMetrics, countPredictions } from '#shared/model/head/classification-metrics.ts';
import { regressionMetrics } from '#shared/model/head/regression-metrics.ts';

const metricsOf = (labels: readonly number[], predicted: readonly number[], labelCount: number) =>
  classificationMetrics(countPredictions(Int32Array.from(predicted), Int32Array.from(labels), labelCount));

/** Expected values: scikit-learn 1.9.1, `f1_score` and `matthews_corrcoef`. */
describe('metrics of a classification are those of scikit-learn', () => {
  test('for two labels', () => {
    const { accuracy, macroF1, binaryF1, matthews, labels } = metricsOf(
      [0, 0, 0, 1, 1, 1, 1, 0, 1, 0],
      [0, 1, 0, 1, 1, 0, 1, 0, 1, 1],
      2,
    );
    expect(accuracy).toBe(0.7);
    expect(macroF1).toBeCloseTo(0.696969696969697, 12);
    expect(binaryF1).toBeCloseTo(0.7272727272727273, 12);
    expect(matthews).toBeCloseTo(0.408248290463863, 12);
    expect(labels[1].precision).toBeCloseTo(2 / 3, 12);
    expect(labels[1].recall).toBeCloseTo(0.8, 12);
  });

  test('for four labels, of which one is never predicted and one does not occur', () => {
    const { macroF1, binaryF1, matthews, labels } = metricsOf(
      [0, 1, 2, 2, 1, 0, 0, 2, 1, 1],
      [0, 0, 2, 0, 0, 0, 2, 2, 0, 2],
      4,
    );
    expect(macroF1).toBeCloseTo(0.3386243386243386, 12);
    expect(binaryF1).toBeNull();
    expect(matthews).toBeCloseTo(0.17766726362967536, 12);
    expect(labels[1]).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(labels[3]).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  test('where every example has one label and gets it', () => {
    expect(metricsOf([1, 1, 1], [1, 1, 1], 2)).toMatchObject({ accuracy: 1, macroF1: 1, matthews: 0 });
  });
});

/** Expected values: SciPy 1.17.1, `pearsonr` and `spearmanr`. */
describe('metrics of scores are those of SciPy', () => {
  test('with ties', () => {
    const metrics = regressionMetrics(
      Float64Array.of(1, 2.5, 2.5, 4, 3, 0.5),
      Float64Array.of(1.5, 2, 3, 3.5, 2, 1),
    );
    expect(metrics.squaredError).toBeCloseTo(0.375, 12);
    expect(metrics.pearson).toBeCloseTo(0.8714768335487583, 12);
    expect(metrics.spearman).toBeCloseTo(0.8676470588235294, 12);
  });

  test('where a correlation is not defined it is 0', () => {
    const metrics = regressionMetrics(Float64Array.of(2, 2), Float64Array.of(1, 3));
    expect(metrics).toEqual({ squaredError: 1, pearson: 0, spearman: 0 });
  });
});
