import type { ScatterFigure } from '#report/content/figures.ts';
import type { FigureEstimates } from '#shared/protocol/experiment-result.ts';

/**
 * Test accuracy against virtual time, a point for each contender for which both are known. Empty with fewer
 * than two points.
 */
export function costScatter(
  contenders: readonly { readonly label: string; readonly figures: FigureEstimates }[],
  id: string,
): readonly ScatterFigure[] {
  const points = contenders.flatMap(({ label, figures: { testAccuracy, virtualSeconds } }) =>
    testAccuracy === undefined || virtualSeconds === undefined
      ? []
      : [{ name: label, group: label, x: virtualSeconds.mean, y: 100 * testAccuracy.mean }],
  );
  if (points.length < 2) return [];
  return [
    {
      kind: 'scatter',
      id,
      title: 'Accuracy against time',
      note: 'After the last round, mean over the seeds. The line joins the contenders that no other one beats on both axes.',
      x: { name: 'virtual time of all rounds', unit: 's' },
      y: { name: 'test accuracy', unit: '%', scale: 'linear' },
      points,
      better: { x: 'less', y: 'more' },
    },
  ];
}
