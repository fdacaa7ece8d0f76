import type { Series, SeriesRow } from '#experiment/series/run-series.ts';
import { meanOf } from '#experiment/statistics/bootstrap.ts';
import type { LinePoint, LinesFigure, XAxis } from '#report/content/figures.ts';

/** Runs of one contender, as a chart shows them. */
export interface Curve {
  readonly label: string;
  /** Name by which the page filters: here the contender's label. */
  readonly group: string;
  readonly runs: readonly Series[];
}

/** The x axes of every learning curve. */
const AXES: readonly [XAxis, ...XAxis[]] = [
  { id: 'rounds', name: 'rounds', unit: '' },
  { id: 'seconds', name: 'time of the rounds', unit: 's' },
  { id: 'radio', name: 'planned radio delay', unit: 's' },
  { id: 'dollars', name: 'cost at list prices', unit: 'USD' },
  { id: 'joules', name: 'energy of the devices', unit: 'J' },
];

/** A line chart whose x axis can be rounds, time, radio delay, cost or energy. */
export function curvesFigure(
  head: Pick<LinesFigure, 'id' | 'title' | 'y' | 'references'> & { readonly note?: string },
  curves: readonly Curve[],
  value: (row: SeriesRow) => number | undefined,
): LinesFigure {
  const seeds = Math.max(...curves.map(({ runs }) => runs.length));
  return {
    kind: 'lines',
    ...head,
    x: AXES,
    ...(seeds > 1 ? { band: `range of ${seeds} seeds` } : {}),
    series: curves.map(({ label, group, runs }) => ({
      name: label,
      group,
      points: meanPoints(runs, value),
    })),
  };
}

/** Mean of the runs after each round that all of them have a value for, with the range over runs. */
function meanPoints(
  runs: readonly Series[],
  value: (row: SeriesRow) => number | undefined,
): readonly LinePoint[] {
  const length = Math.min(...runs.map(({ rows }) => rows.length));
  return Array.from({ length }, (_, index) => runs.map(({ rows }) => rows[index])).flatMap((rows) => {
    const values = rows.flatMap((row) => value(row) ?? []);
    if (values.length < rows.length) return [];
    const mean = (of: (row: SeriesRow) => number): number => meanOf(rows.map(of));
    const dollars = rows.flatMap(({ spent }) => spent.usd ?? []);
    return [
      {
        x: [
          rows[0].round,
          mean(({ spent }) => spent.seconds),
          mean(({ spent }) => spent.radioSeconds),
          dollars.length < rows.length ? null : meanOf(dollars),
          mean(({ spent }) => spent.joules),
        ],
        y: meanOf(values),
        ...(values.length < 2 ? {} : { low: Math.min(...values), high: Math.max(...values) }),
      },
    ];
  });
}
