import type { BarsFigure, ScatterFigure } from '#report/content/figures.ts';
import type { Block, Estimate, ReportContent, ReportTable } from '#report/content/report-content.ts';
import { quantityText } from '#report/page/numbers.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { COSTS, METRICS, type MetricName, type PointSummary } from '#study/output/point-summary.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { rawPoints } from '#study/points/points.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import type { Interval } from '#study/statistics/interval.ts';
import type { NamedPoint } from './named-point.ts';
import { pointNames } from './point-names.ts';
import { accuracyFigures, completionFigure, roundFigures } from './round-figures.ts';
import { settingsTable } from './settings-table.ts';
import { STAGE_PARTS } from './stage-parts.ts';
import { mainStages, radioOfBudget, rankingTable, rankStages } from './stage-ranking.ts';
import { sweepFigures } from './sweep-figures.ts';

const COST_PARTS = [
  { name: 'Queues', tone: 'waiting1' },
  { name: 'Functions', tone: 'compute2' },
  { name: 'Object store', tone: 'control' },
  { name: 'Encoder', tone: 'radio1' },
  { name: 'Transfer', tone: 'idle' },
] as const;

const UNITS: Partial<Readonly<Record<MetricName, string>>> = { usdPerRound: 'USD', joulesPerRound: 'J' };

/** The report of a study: which point is best and why, then time, cost, sweeps, rounds and tables. */
export function studyContent(study: StudyResult, about: string | undefined): ReportContent {
  const named = namedPoints(study.points);
  const ordered = isNumericSweep(study) ? named : byRoundTime(named);
  const fastest = byRoundTime(named)[0];
  const runs = study.points.length * study.repeats;
  const facts = [
    ...(about === undefined ? [] : [about]),
    `${counted(study.points.length, 'point')}, ${counted(study.repeats, 'run')} of each (${runs} in all). ${study.parameters}. Simulated, not measured.`,
  ];
  return {
    title: study.preset === null ? 'airtune study' : `airtune study ${study.preset}`,
    answer: answerOf(named, fastest),
    facts,
    warnings: warningsOf(named),
    sections: [
      { title: 'Time and cost', blocks: [...timeAndCost(named), ...accuracyFigures(study, named)] },
      { title: 'Where the time goes', blocks: timeBlocks(ordered, fastest) },
      { title: 'What a round costs', blocks: [costBars(ordered)] },
      { title: 'What the settings change', blocks: sweepFigures(study, named) },
      { title: 'Round by round', blocks: roundFigures(named) },
      { title: 'Numbers', blocks: [metricsTable(named), controlTable(study, named), ...settings(study)] },
    ],
  };
}

function namedPoints(points: readonly PointSummary[]): readonly NamedPoint[] {
  const names = pointNames(points);
  const several = new Set(points.map(({ policy }) => policy)).size > 1;
  return points.map((point, index) => ({
    name: names[index],
    point,
    ...(several ? { group: point.policy } : {}),
  }));
}

/** Each warning once, with the points that it is about. */
function warningsOf(named: readonly NamedPoint[]): readonly string[] {
  const found = named.flatMap(({ name, point }) =>
    point.control.warnings.map((warning) => ({ name, warning })),
  );
  return [...Map.groupBy(found, ({ warning }) => warning)].map(([warning, about]) => {
    const all = about.length === named.length && named.length > 1;
    return `${all ? 'all points' : about.map(({ name }) => name).join('; ')}: ${warning}`;
  });
}

/** Whether the points differ in one number only, whose order is then the order of the charts. */
function isNumericSweep({ sweeps, sweepMode }: StudyResult): boolean {
  const numeric = sweeps.every(({ values }) => values.every((value) => typeof value === 'number'));
  return numeric && (sweeps.length === 1 || sweepMode === 'list');
}

function byRoundTime(named: readonly NamedPoint[]): readonly NamedPoint[] {
  return named.toSorted((left, right) => secondsOf(left.point) - secondsOf(right.point));
}

function secondsOf({ spread }: PointSummary): number {
  return spread.roundSeconds.quartiles.median;
}

function dollarsOf({ spread }: PointSummary): number {
  return spread.usdPerRound.quartiles.median;
}

function answerOf(named: readonly NamedPoint[], fastest: NamedPoint): string {
  const { point, name } = fastest;
  const ranked = rankStages((stage) => point.criticalSeconds[stage].mean);
  const parts = `${mainStages(ranked)}; ${radioOfBudget(point.control.delayInBudgets.mean)}`;
  const figures = `${quantityText(secondsOf(point), 's')} and ${quantityText(dollarsOf(point), 'USD')} a round`;
  if (named.length === 1) return `${figures}; ${parts}.`;
  const slowest = secondsOf(byRoundTime(named)[named.length - 1].point);
  const cheapest = named.toSorted((left, right) => dollarsOf(left.point) - dollarsOf(right.point))[0];
  const cheap =
    cheapest.point === point
      ? ', also the cheapest'
      : `; the cheapest is ${cheapest.name} with ${quantityText(dollarsOf(cheapest.point), 'USD')}`;
  return `Fastest of ${named.length}: ${name}, ${figures} (slowest ${quantityText(slowest, 's')})${cheap}. Its time: ${parts}.`;
}

function timeAndCost(named: readonly NamedPoint[]): readonly ScatterFigure[] {
  if (named.length < 2) return [];
  return [
    {
      kind: 'scatter',
      id: 'time-and-cost',
      title: 'Time and cost of a round',
      note: 'Medians over the rounds of all runs. No other point is both faster and cheaper than one on the Pareto front.',
      wide: true,
      x: { name: 'time of a round', unit: 's' },
      y: { name: 'cost of a round', unit: 'USD' },
      better: { x: 'less', y: 'less' },
      points: named.map(({ name, group, point }) => ({
        name,
        x: secondsOf(point),
        y: dollarsOf(point),
        ...(group === undefined ? {} : { group }),
      })),
    },
  ];
}

function timeBlocks(ordered: readonly NamedPoint[], fastest: NamedPoint): readonly Block[] {
  const ranked = rankStages((stage) => fastest.point.criticalSeconds[stage].mean);
  const ranking = rankingTable(ranked, `the rounds of ${fastest.name}`);
  return [
    {
      kind: 'bars',
      id: 'stages',
      title: 'A round by stage',
      note: 'Critical path, mean of the rounds; the parts add up to the round.',
      value: { name: 'time of a round', unit: 's' },
      parts: STAGE_PARTS,
      bars: barsOf(ordered, (point) => STAGES.map((stage) => point.criticalSeconds[stage].mean)),
    },
    {
      kind: 'boxes',
      id: 'round-spread',
      title: 'Spread of the round time',
      note: 'Median and quartiles over the rounds of all runs; whiskers from the 5th to the 95th of a hundred.',
      value: { name: 'time of a round', unit: 's' },
      boxes: ordered.map(({ name, group, point }) => {
        const { lower, median, upper, fifth, ninetyFifth } = point.spread.roundSeconds.quartiles;
        return {
          name,
          low: fifth,
          lowerQuartile: lower,
          median,
          upperQuartile: upper,
          high: ninetyFifth,
          ...(group === undefined ? {} : { group }),
        };
      }),
    },
    ...(ranked.length === 0 ? [] : [{ ...ranking, title: `${ranking.title}: ${fastest.name}` }]),
    ...completionFigure(ordered),
  ];
}

function costBars(ordered: readonly NamedPoint[]): BarsFigure {
  return {
    kind: 'bars',
    id: 'cost',
    title: 'Cost of a round by service',
    note: 'At list prices, mean of the rounds.',
    value: { name: 'cost of a round', unit: 'USD' },
    parts: COST_PARTS,
    bars: barsOf(ordered, (point) =>
      COSTS.filter((cost) => cost !== 'totalUsd').map((cost) => point.costUsd[cost].mean),
    ),
  };
}

function barsOf(
  named: readonly NamedPoint[],
  values: (point: PointSummary) => readonly number[],
): BarsFigure['bars'] {
  return named.map(({ name, group, point }) => ({
    name,
    values: values(point),
    ...(group === undefined ? {} : { group }),
  }));
}

function metricsTable(named: readonly NamedPoint[]): ReportTable {
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

function controlTable({ warmUpRounds }: StudyResult, named: readonly NamedPoint[]): ReportTable {
  return {
    kind: 'table',
    id: 'control',
    title: 'Devices, delay and how rounds spread',
    columns: [
      { name: 'point' },
      { name: 'devices a round' },
      { name: 'mean delay in budgets' },
      { name: 'devices possible within the budget' },
      { name: 'devices possible with the delay spent' },
      { name: 'share of those', unit: '%' },
      { name: 'rounds without anybody', unit: '%' },
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

/** An interval as a cell, times a factor; the mean alone where its interval is not known. */
function estimate(interval: Interval | null, factor = 1): Estimate | number | null {
  if (interval === null) return null;
  const { mean, low, high } = interval;
  if (low === null || high === null) return factor * mean;
  return { value: factor * mean, low: factor * low, high: factor * high };
}

function settings(study: StudyResult): readonly ReportTable[] {
  return [
    settingsTable(study.settings, 'settings-given', 'Settings given'),
    settingsTable(completeSettings(study), 'settings', 'All settings of the first point'),
  ];
}

/** The complete settings of the first point, as an example. The base settings alone need not be valid. */
function completeSettings({ settings, sweeps, sweepMode, models }: StudyResult): StudySettings {
  const [first] = rawPoints(settings, sweeps, sweepMode);
  return parseStudy(first.settings, 'settings', models);
}

function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
