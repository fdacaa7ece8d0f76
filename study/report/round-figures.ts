import type { LinePoint, LineSeries, LinesFigure, Quantity } from '#report/content/figures.ts';
import type { PointSummary, RoundSpreadName, RoundSummary } from '#study/output/point-summary.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import type { Interval } from '#study/statistics/interval.ts';
import type { NamedPoint } from './named-point.ts';

/** Accuracies of real runs over the simulated rounds, seconds and dollars. Empty without a learning curve. */
export function accuracyFigures(
  { timeToAccuracy }: StudyResult,
  named: readonly NamedPoint[],
): readonly LinesFigure[] {
  const series = timeToAccuracy.flatMap((curve, index): readonly LineSeries[] => {
    if (curve === null) return [];
    const { name, group } = named[index];
    return [
      {
        name: `${name} (${curve.run})`,
        points: curve.tests.map(({ rounds, seconds, usd, accuracy }) => ({
          x: [seconds, usd, rounds],
          y: 100 * accuracy,
        })),
        ...(group === undefined ? {} : { group }),
      },
    ];
  });
  if (series.length === 0) return [];
  return [
    {
      kind: 'lines',
      id: 'time-to-accuracy',
      title: 'Accuracy over time and cost',
      note: 'Test accuracy of the real run most similar to each point (named in brackets), at the time of the simulated rounds.',
      wide: true,
      x: [
        { id: 'seconds', name: 'time since the start', unit: 's' },
        { id: 'dollars', name: 'cost so far', unit: 'USD' },
        { id: 'rounds', name: 'round', unit: '' },
      ],
      y: { name: 'test accuracy', unit: '%' },
      series,
    },
  ];
}

/** Cumulative distribution of the devices' completion times. */
export function completionFigure(named: readonly NamedPoint[]): readonly LinesFigure[] {
  const series = named
    .filter(({ point }) => point.completionCurveSeconds.length > 0)
    .map(({ name, group, point: { completionCurveSeconds: curve } }) => ({
      name,
      points: curve.map((seconds, step) => ({ x: [seconds], y: (100 * step) / (curve.length - 1) })),
      ...(group === undefined ? {} : { group }),
    }));
  if (series.length === 0) return [];
  return [
    {
      kind: 'lines',
      id: 'completion',
      title: 'When devices are done',
      note: 'Cumulative distribution over the devices that answered, mean of rounds and runs.',
      x: [{ id: 'round-seconds', name: 'time since the start of the round', unit: 's' }],
      y: { name: 'devices done', unit: '%', scale: 'linear' },
      series,
    },
  ];
}

/** Charts over the rounds, for studies with at least two. */
export function roundFigures(named: readonly NamedPoint[]): readonly LinesFigure[] {
  return [
    ...spreadOver(named, 'roundSeconds', 'Round time', { name: 'time of a round', unit: 's' }),
    ...spreadOver(named, 'scheduled', 'Devices scheduled', { name: 'devices', unit: '' }),
    ...spreadOver(
      named,
      'delaySeconds',
      'Radio delay against the budget',
      { name: 'planned delay', unit: 's' },
      budgets(named),
    ),
    ...spreadOver(named, 'accountSeconds', 'Account: delay so far less its budget', {
      name: 'overdrawn',
      unit: 's',
      scale: 'linear',
    }),
    ...spreadOver(named, 'queueSeconds', 'Virtual queue (from zero)', {
      name: 'queue',
      unit: 's',
      scale: 'linear',
    }),
    ...meanOver(
      named,
      'theorem-phi',
      "Theorem 1's term phi: gradient noise and sampling error",
      { name: 'phi', unit: '' },
      ({ participationFactor }) => participationFactor,
    ),
    ...meanOver(
      named,
      'theorem-loss',
      'Loss by Theorem 1, with the constants of the real run most similar to each point',
      { name: 'loss', unit: '', scale: 'linear' },
      ({ theoremLoss }) => theoremLoss,
    ),
    ...spreadOver(named, 'totalUsd', 'Cost over rounds', { name: 'cost of a round', unit: 'USD' }),
  ];
}

/** Median and quartiles over the runs. */
function spreadOver(
  named: readonly NamedPoint[],
  quantity: RoundSpreadName,
  title: string,
  y: Quantity,
  references: readonly LineSeries[] = [],
): readonly LinesFigure[] {
  const id = quantity.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const point = ({ round, quartiles }: RoundSummary): LinePoint => {
    const { lower, median, upper } = quartiles[quantity];
    return { x: [round + 1], y: median, ...(lower < upper ? { low: lower, high: upper } : {}) };
  };
  return overRounds(
    named,
    { id: `rounds-${id}`, title, note: 'Median of the runs with its quartiles.', y },
    point,
    references,
  );
}

/** Means over the runs, where they have a value. */
function meanOver(
  named: readonly NamedPoint[],
  id: string,
  title: string,
  y: Quantity,
  value: (round: RoundSummary) => Interval | null,
): readonly LinesFigure[] {
  const point = (round: RoundSummary): LinePoint | null => {
    const found = value(round);
    return found === null ? null : { x: [round.round + 1], y: found.mean };
  };
  return overRounds(named, { id, title, note: 'Mean of the runs.', y }, point, []);
}

function overRounds(
  named: readonly NamedPoint[],
  head: Pick<LinesFigure, 'id' | 'title' | 'y'> & { readonly note: string },
  pointOf: (round: RoundSummary) => LinePoint | null,
  references: readonly LineSeries[],
): readonly LinesFigure[] {
  const series = named
    .map(({ name, group, point }) => ({
      name,
      points: point.rounds.map(pointOf).filter((found) => found !== null),
      ...(group === undefined ? {} : { group }),
    }))
    .filter(({ points }) => points.length > 0);
  // A line needs at least two rounds.
  if (series.every(({ points }) => points.length < 2)) return [];
  return [
    {
      kind: 'lines',
      ...head,
      x: [{ id: 'rounds', name: 'round', unit: '' }],
      series: [...series, ...references],
    },
  ];
}

/** The delay budget over the rounds: one line for all points that share it. */
function budgets(named: readonly NamedPoint[]): readonly LineSeries[] {
  const budgetsOf = ({ rounds }: PointSummary): readonly number[] =>
    rounds.map(({ delayBudgetSeconds }) => delayBudgetSeconds.mean);
  const alike = Map.groupBy(named, ({ point }) => JSON.stringify(budgetsOf(point)));
  return [...alike.values()].map(([{ name, point }]) => ({
    name: alike.size === 1 ? 'budget' : `budget of ${name}`,
    reference: true,
    points: point.rounds.map(({ round, delayBudgetSeconds }) => ({
      x: [round + 1],
      y: delayBudgetSeconds.mean,
    })),
  }));
}
