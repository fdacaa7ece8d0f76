import type { LinePoint, LineSeries, LinesFigure, Quantity } from '#report/content/figures.ts';
import { METRICS, type PointSummary, type SpreadName } from '#study/output/point-summary.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import type { NamedPoint } from './named-point.ts';
import { pointNames, sweptTitle } from './point-names.ts';

const SHOWN: readonly { readonly metric: SpreadName; readonly title: string; readonly y: Quantity }[] = [
  { metric: 'roundSeconds', title: 'Round time', y: { name: 'time of a round', unit: 's' } },
  { metric: 'usdPerRound', title: 'Cost', y: { name: 'cost of a round', unit: 'USD' } },
  { metric: 'scheduled', title: 'Devices scheduled', y: { name: 'devices', unit: '' } },
];

/** For each numeric sweep: charts over its setting, one line per combination of the other settings. */
export function sweepFigures(
  { sweeps, sweepMode }: StudyResult,
  named: readonly NamedPoint[],
): readonly LinesFigure[] {
  const numeric = sweeps.filter(
    ({ values }) => values.length > 1 && values.every((value) => typeof value === 'number'),
  );
  // In list mode all sweeps vary at the same time, so the first one represents them.
  const shown = sweepMode === 'list' ? numeric.slice(0, 1) : numeric;
  return shown.flatMap(({ path }, sweep) => {
    const together = sweepMode === 'list' ? numeric.map((swept) => swept.path) : [path];
    const setting = sweptTitle(path, together);
    return SHOWN.map(
      ({ metric, title, y }): LinesFigure => ({
        kind: 'lines',
        id: `sweep-${sweep + 1}-${metric.toLowerCase()}`,
        title: `${title} over ${setting.name}`,
        note: `${capitalised(METRICS[metric])}: median and quartiles over the rounds of all runs.`,
        x: [{ id: `sweep-${sweep + 1}`, ...setting }],
        y,
        series: seriesOver(named, path, metric, sweepMode === 'list'),
      }),
    );
  });
}

function seriesOver(
  named: readonly NamedPoint[],
  path: string,
  metric: SpreadName,
  together: boolean,
): readonly LineSeries[] {
  const others = named.map(({ point }) => ({ varied: withoutSetting(point.varied, path) }));
  const key = (varied: PointSummary['varied']): string => JSON.stringify(withoutSetting(varied, path));
  const groups = together ? new Map([['', named]]) : Map.groupBy(named, ({ point }) => key(point.varied));
  const distinct = [...groups.keys()].map((found) =>
    others.find(({ varied }) => JSON.stringify(varied) === found),
  );
  const names = together ? ['as swept'] : pointNames(distinct.map((found) => found ?? { varied: {} }));
  return [...groups.values()].map((members, index) => {
    const [{ group }] = members;
    return {
      name: names[index],
      points: members
        .map(({ point }): LinePoint => {
          const { lower, median, upper } = point.spread[metric].quartiles;
          const band = lower < upper ? { low: lower, high: upper } : {};
          return { x: [Number(point.varied[path])], y: median, ...band };
        })
        .sort((left, right) => Number(left.x[0]) - Number(right.x[0])),
      ...(group === undefined ? {} : { group }),
    };
  });
}

function withoutSetting(varied: PointSummary['varied'], path: string): PointSummary['varied'] {
  const { [path]: _, ...others } = varied;
  return others;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
