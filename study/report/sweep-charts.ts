import { METRICS, type PointSummary } from '#study/output/point-summary.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { shortLabelOf } from '#study/points/points.ts';
import { lineChart, type Series } from './line-chart.ts';

const SHOWN_METRICS = ['roundSeconds', 'usdPerRound', 'scheduled', 'completionP99Seconds'] as const;

type ShownMetric = (typeof SHOWN_METRICS)[number];

const SHOWN: Readonly<Record<ShownMetric, { readonly title: string; readonly axis: string }>> = {
  roundSeconds: { title: 'Round time', axis: 'round [s]' },
  usdPerRound: { title: 'Cost', axis: 'cost of a round [USD]' },
  scheduled: { title: 'Devices scheduled', axis: 'devices scheduled' },
  completionP99Seconds: { title: 'Slow devices', axis: 'p99 of devices done [s]' },
};

/** For each numeric sweep: charts over its setting, one line per combination of the other settings. */
export function sweepCharts({ sweeps, points, sweepMode }: StudyResult): readonly string[] {
  const numeric = sweeps.filter(
    ({ values }) => values.length > 1 && values.every((value) => typeof value === 'number'),
  );
  // In list mode all sweeps vary at the same time, so the first one represents them.
  const shown = sweepMode === 'list' ? numeric.slice(0, 1) : numeric;
  return shown.flatMap(({ path }) =>
    SHOWN_METRICS.map((metric) =>
      lineChart({
        title: `${SHOWN[metric].title} over ${nameOfSetting(path)}`,
        note: `${capitalised(METRICS[metric])}: mean and 95 % confidence band over the repeats.`,
        xIsQuantity: true,
        xName: path,
        yName: SHOWN[metric].axis,
        series: seriesOver(points, path, metric, sweepMode === 'list'),
      }),
    ),
  );
}

function seriesOver(
  points: readonly PointSummary[],
  path: string,
  metric: ShownMetric,
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

/** The last name of a setting's path; the axis shows the full path. */
function nameOfSetting(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
