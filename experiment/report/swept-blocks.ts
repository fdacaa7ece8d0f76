import type { LineSeries } from '#report/content/figures.ts';
import type { Block } from '#report/content/report-content.ts';
import type { RunFigure } from '#shared/protocol/experiment-result.ts';
import { SHOWN_FIGURES } from './figure-columns.ts';
import type { ReportedPoint } from './reported-point.ts';

/** Figures that are drawn over a swept setting. */
const DRAWN: readonly RunFigure[] = ['testAccuracy', 'trainLoss', 'devicesPerRound'];

/**
 * Charts over a swept setting, if exactly one swept setting of the points of a variant has numbers as values:
 * a line for each combination of contender and other swept values. Empty otherwise.
 */
export function sweptBlocks(panel: readonly ReportedPoint[], id: (name: string) => string): readonly Block[] {
  const numeric = [...new Set(panel.flatMap(({ point }) => Object.keys(point.varied)))].filter((path) =>
    panel.every(({ point }) => typeof point.varied[path] === 'number'),
  );
  if (numeric.length !== 1) return [];
  const [path] = numeric;
  const places = new Set(panel.map(({ point }) => point.varied[path]));
  if (places.size < 2) return [];
  const name = path.slice(path.lastIndexOf('.') + 1);
  return DRAWN.flatMap((figure): Block[] => {
    const { name: figureName, unit = '', scale } = SHOWN_FIGURES[figure];
    const series = linesOf(panel, path, figure, scale);
    if (series.every(({ points }) => points.length === 0)) return [];
    return [
      {
        kind: 'lines',
        id: id(`swept-${figure.toLowerCase()}`),
        title: `${figureName.charAt(0).toUpperCase()}${figureName.slice(1)} over ${name}`,
        note: 'After the last round.',
        x: [{ id: 'swept', name, unit: '' }],
        y: { name: figureName, unit, scale: 'linear' },
        band: '95 % interval of the mean',
        series,
      },
    ];
  });
}

function linesOf(
  panel: readonly ReportedPoint[],
  path: string,
  figure: RunFigure,
  scale: number,
): readonly LineSeries[] {
  const groups = [...new Set(panel.map((one) => lineName(one, path)))];
  return groups.map((group) => ({
    name: group,
    group,
    points: panel
      .filter((one) => lineName(one, path) === group)
      .flatMap(({ point, figures }) => {
        const estimate = figures[figure];
        const x = point.varied[path];
        if (estimate === undefined || typeof x !== 'number') return [];
        const { mean, low, high } = estimate;
        const band = low === null || high === null ? {} : { low: low * scale, high: high * scale };
        return [{ x: [x], y: mean * scale, ...band }];
      })
      .toSorted((left, right) => left.x[0] - right.x[0]),
  }));
}

/** Name of a point's line: its contender and the values of the other swept settings. */
function lineName({ point: { contender, varied } }: ReportedPoint, path: string): string {
  const others = Object.entries(varied)
    .filter(([other]) => other !== path)
    .map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const parts = [...(contender === null ? [] : [contender]), ...others];
  return parts.length === 0 ? 'all' : parts.join(', ');
}
