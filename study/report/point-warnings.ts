import type { PointSummary } from '#study/output/point-summary.ts';
import { pointNames } from './point-names.ts';

/** The warnings about the points of a study, each once and after the names of its points. */
export function pointWarnings(points: readonly PointSummary[]): readonly string[] {
  const names = pointNames(points);
  const found = points.flatMap(({ control }, index) =>
    control.warnings.map((warning) => ({ name: names[index], warning })),
  );
  return [...Map.groupBy(found, ({ warning }) => warning)].map(([warning, about]) => {
    const all = about.length === points.length && points.length > 1;
    return `${all ? 'all points' : about.map(({ name }) => name).join('; ')}: ${warning}`;
  });
}
