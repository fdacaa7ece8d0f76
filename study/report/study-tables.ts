import type { Estimate, ReportTable } from '#report/content/report-content.ts';
import { METRICS, type MetricName } from '#study/output/point-summary.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import type { Interval } from '#study/statistics/interval.ts';
import type { NamedPoint } from './named-point.ts';

const UNITS: Partial<Readonly<Record<MetricName, string>>> = { usdPerRound: 'USD', joulesPerRound: 'J' };

/** All figures of all points with their intervals. */
export function metricsTable(named: readonly NamedPoint[]): ReportTable {
  const names = Object.entries(METRICS);
  return {
    kind: 'table',
    id: 'metrics',
    title: 'All figures',
    note: 'Means over the runs with their 95 % confidence intervals.',
    columns: [
      { name: 'point' },
      ...names.map(([name, meaning]) => ({ name: `${name}: ${meaning}`, unit: unitOf(name) })),
    ],
    rows: named.map(({ name, point }) => [name, ...Object.values(point.metrics).map(estimate)]),
    closed: true,
  };
}

function unitOf(name: string): string {
  if (name.endsWith('Seconds')) return 's';
  return Object.entries(UNITS).find(([metric]) => metric === name)?.[1] ?? '';
}

/** Devices, delays compared with the budget, and the spread of round times of all points. */
export function controlTable({ warmUpRounds }: StudyResult, named: readonly NamedPoint[]): ReportTable {
  return {
    kind: 'table',
    id: 'control',
    title: 'Devices, delay and spread of the rounds',
    columns: [
      { name: 'point' },
      { name: 'devices a round' },
      { name: 'mean delay in budgets' },
      { name: 'devices possible within the budget' },
      { name: 'devices possible with the delay spent' },
      { name: 'share of the possible devices', unit: '%' },
      { name: 'rounds without devices', unit: '%' },
      { name: 'round: median and quartiles', unit: 's' },
      { name: 'round 1', unit: 's' },
      { name: `rounds from ${warmUpRounds + 1} on`, unit: 's' },
    ],
    rows: named.map(({ name, point: { control, metrics, spread } }) => {
      const { quartiles, firstRound, steady } = spread.roundSeconds;
      return [
        name,
        estimate(metrics.scheduled),
        estimate(control.delayInBudgets),
        estimate(control.possibleScheduled),
        estimate(control.possibleAsSpent),
        estimate(control.shareOfPossible, 100),
        estimate(control.emptyRounds, 100),
        { value: quartiles.median, low: quartiles.lower, high: quartiles.upper },
        estimate(firstRound),
        estimate(steady),
      ];
    }),
    closed: true,
  };
}

/** An interval as a cell, times a factor; only the mean if its interval is not known. */
function estimate(interval: Interval | null, factor = 1): Estimate | number | null {
  if (interval === null) return null;
  const { mean, low, high } = interval;
  if (low === null || high === null) return factor * mean;
  return { value: factor * mean, low: factor * low, high: factor * high };
}
