import { METRICS, type MetricName, type PointSummary, type StudyResult } from '../output/study-result.ts';
import { shortLabelOf } from '../points/points.ts';
import { lineChart, type Series } from './line-chart.ts';

const SHOWN: readonly MetricName[] = ['roundSeconds', 'usdPerRound', 'scheduled', 'completionP99Seconds'];

const AXES: Readonly<Partial<Record<MetricName, string>>> = {
  roundSeconds: 'round [s]',
  usdPerRound: 'cost of a round [USD]',
  scheduled: 'devices scheduled',
  completionP99Seconds: 'p99 of devices done [s]',
};

/** For each setting that was swept over numbers: round time, cost and others over it, one line for the rest of a point. */
export function sweepCharts({ sweeps, points, sweepMode }: StudyResult): readonly string[] {
  const numeric = sweeps.filter(
    ({ values }) => values.length > 1 && values.every((value) => typeof value === 'number'),
  );
  // Lists vary together: the first of them stands for all.
  const shown = sweepMode === 'list' ? numeric.slice(0, 1) : numeric;
  return shown.flatMap(({ path }) =>
    SHOWN.map((metric) =>
      lineChart({
        title: `${METRICS[metric]}, over ${path}`,
        note: 'Mean and 95 % confidence band over the repeats.',
        xName: path,
        yName: AXES[metric] ?? metric,
        series: seriesOver(points, path, metric, sweepMode === 'list'),
      }),
    ),
  );
}

function seriesOver(
  points: readonly PointSummary[],
  path: string,
  metric: MetricName,
  together: boolean,
): readonly Series[] {
  const groups = Map.groupBy(points, ({ varied }) => {
    const { [path]: _, ...others } = varied;
    return together ? 'as swept' : shortLabelOf(others) || 'as set';
  });
  return [...groups].map(([name, members]) => ({
    name,
    points: members
      .map(({ varied, metrics }) => ({ x: Number(varied[path]), ...metrics[metric] }))
      .sort((left, right) => left.x - right.x),
  }));
}
