import { STAGES } from '#shared/protocol/stages.ts';
import type { TimedTest } from '#study/learning/time-to-accuracy.ts';
import { COSTS, METRICS, type PointSummary } from '#study/output/point-summary.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { rawPoints, shortLabelOf } from '#study/points/points.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import type { Interval } from '#study/statistics/interval.ts';
import { tableOf } from './data-table.ts';
import { lineChart, type Series } from './line-chart.ts';
import { escapeText, shortInterval, shortNumber } from './markup.ts';
import { page } from './page.ts';
import { STAGE_PARTS } from './palette.ts';
import { settingsTable } from './settings-table.ts';
import { stackedBars } from './stacked-bars.ts';
import { sweepCharts } from './sweep-charts.ts';

/** Maximum number of points drawn as bars; tables and study.json have all of them. */
const BARS = 24;

const COST_PARTS = [
  { name: 'Queues', colour: 'orange1' },
  { name: 'Functions', colour: 'green2' },
  { name: 'Object store', colour: 'violet' },
  { name: 'Encoder', colour: 'blue1' },
  { name: 'Transfer', colour: 'grey' },
] as const;

/** `report.html` of a study: one file that needs no network. The same study gives the same bytes. */
export function studyReport(study: StudyResult, about: string | undefined): string {
  const { points } = study;
  const bars = points.slice(0, BARS);
  return page('airtune study', introduction(study, about), [
    stackedBars(
      "Where a round's time goes",
      `Seconds of the critical path by stage, mean of the rounds${limited(points)}. The parts add up to the round.`,
      's',
      STAGE_PARTS,
      bars.map((point) => ({
        name: nameOf(point),
        values: STAGES.map((stage) => point.criticalSeconds[stage].mean),
      })),
    ),
    stackedBars(
      'Shares of the critical path',
      `The same as per cent of the round${limited(points)}.`,
      '%',
      STAGE_PARTS,
      bars.map((point) => ({
        name: nameOf(point),
        values: STAGES.map(
          (stage) => (100 * point.criticalSeconds[stage].mean) / (point.metrics.roundSeconds.mean || 1),
        ),
      })),
    ),
    completionChart(points),
    stackedBars(
      'What a round costs',
      `US dollars by service, mean of the rounds${limited(points)}.`,
      'USD',
      COST_PARTS,
      bars.map((point) => ({
        name: nameOf(point),
        values: COSTS.filter((cost) => cost !== 'totalUsd').map((cost) => point.costUsd[cost].mean),
      })),
    ),
    accuracyOver(study, 'time', 'seconds', ({ seconds }) => seconds),
    accuracyOver(study, 'cost', 'US dollars', ({ usd }) => usd),
    ...sweepCharts(study),
    overRounds(points, 'Round time', 'round [s]', ({ roundSeconds }) => roundSeconds),
    overRounds(points, 'Devices scheduled', 'devices', ({ scheduled }) => scheduled),
    overRounds(
      points,
      'Account: delay so far less its budget',
      'overdrawn [s]',
      ({ accountSeconds }) => accountSeconds,
    ),
    overRounds(points, 'Virtual queue (from zero)', 'queue [s]', ({ queueSeconds }) => queueSeconds),
    overRounds(
      points,
      'Radio delay against the budget',
      'planned delay [s]',
      ({ delaySeconds }) => delaySeconds,
      budgets(points),
    ),
    overRounds(
      points,
      "Theorem 1's term phi: gradient noise and sampling error",
      'phi',
      ({ participationFactor }) => participationFactor,
    ),
    overRounds(
      points,
      'Loss by Theorem 1, with the constants of the real run most like each point',
      'loss',
      ({ theoremLoss }) => theoremLoss,
    ),
    overRounds(points, 'Cost over rounds', 'cost of a round [USD]', ({ totalUsd }) => totalUsd),
  ]);
}

function introduction(study: StudyResult, about: string | undefined): string {
  const names = Object.entries(METRICS);
  const metrics = tableOf(
    {
      titles: ['Point', ...names.map(([name, meaning]) => `${name}: ${meaning}`)],
      rows: study.points.map((point) => [
        nameOf(point),
        ...Object.values(point.metrics).map((interval: Interval) => shortInterval(interval)),
      ]),
    },
    'All figures',
  );
  const control = tableOf(
    {
      titles: [
        'Point',
        'devices a round',
        'mean delay in budgets',
        'devices possible within the budget',
        'devices possible with the delay spent',
        'share of those [%]',
        'rounds without anybody [%]',
        'round [s]: median (quartiles)',
        'round 1 [s]',
        `rounds from ${study.warmUpRounds + 1} on [s]`,
      ],
      rows: study.points.map((point) => controlRow(point)),
    },
    'Devices, delay and how rounds spread',
  );
  const warnings = study.points.flatMap((point) =>
    point.control.warnings.map((warning) => `<p>${escapeText(`${nameOf(point)}: ${warning}`)}</p>`),
  );
  const runs = study.points.length * study.repeats;
  const facts = `${study.points.length} points, ${study.repeats} runs of each (${runs} in all). ${study.parameters}.`;
  return [
    about === undefined ? '' : `<p>${escapeText(about)}</p>`,
    `<p>${escapeText(facts)} Simulated, not measured.</p>`,
    settingsTable(study.settings, 'Settings given'),
    settingsTable(completeSettings(study), 'Settings in full, of the first point'),
    metrics,
    control,
    ...warnings,
  ].join('\n');
}

function controlRow(point: PointSummary): readonly string[] {
  const { control, metrics, spread } = point;
  const interval = (value: Interval | null): string => (value === null ? '-' : shortInterval(value));
  const hundredfold = ({ mean, low, high }: Interval): Interval => ({
    mean: 100 * mean,
    low: low === null ? null : 100 * low,
    high: high === null ? null : 100 * high,
  });
  const { quartiles, firstRound, steady } = spread.roundSeconds;
  return [
    nameOf(point),
    shortInterval(metrics.scheduled),
    shortInterval(control.delayInBudgets),
    interval(control.possibleScheduled),
    interval(control.possibleAsSpent),
    control.shareOfPossible === null ? '-' : shortInterval(hundredfold(control.shareOfPossible)),
    shortInterval(hundredfold(control.emptyRounds)),
    `${shortNumber(quartiles.median)} (${shortNumber(quartiles.lower)} to ${shortNumber(quartiles.upper)})`,
    shortInterval(firstRound),
    interval(steady),
  ];
}

/** The complete settings of the first point, as an example. The base settings alone need not be valid. */
function completeSettings({ settings, sweeps, sweepMode, models }: StudyResult): StudySettings {
  const [first] = rawPoints(settings, sweeps, sweepMode);
  return parseStudy(first.settings, 'settings', models);
}

/** A chart of the accuracies of real runs over simulated time or cost. Empty without a learning curve. */
function accuracyOver(
  { points, timeToAccuracy }: StudyResult,
  what: string,
  xName: string,
  value: (test: TimedTest) => number,
): string {
  return lineChart({
    title: `Accuracy against ${what}`,
    note: 'Test accuracy of the real run most like each point (named in brackets), when the simulated rounds get there.',
    xName,
    yName: 'test accuracy',
    series: timeToAccuracy.flatMap((curve, index) =>
      curve === null
        ? []
        : [
            {
              name: `${nameOf(points[index])} (${curve.run})`,
              points: curve.tests.map((test) => ({
                x: value(test),
                mean: test.accuracy,
                low: null,
                high: null,
              })),
            },
          ],
    ),
  });
}

function completionChart(points: readonly PointSummary[]): string {
  return lineChart({
    title: 'When devices are done',
    note: 'Cumulative distribution over the devices that answered, mean of rounds and repeats.',
    xName: 'seconds since the start of the round',
    yName: 'devices done [%]',
    xIsQuantity: true,
    series: points
      .filter(({ completionCurveSeconds }) => completionCurveSeconds.length > 0)
      .map((point) => ({
        name: nameOf(point),
        points: point.completionCurveSeconds.map((seconds, step, curve) => ({
          x: seconds,
          mean: (100 * step) / (curve.length - 1),
          low: null,
          high: null,
        })),
      })),
  });
}

function overRounds(
  points: readonly PointSummary[],
  title: string,
  yName: string,
  value: (round: PointSummary['rounds'][number]) => Interval | null,
  references: readonly Series[] = [],
): string {
  const series: readonly Series[] = points.map((point) => ({
    name: nameOf(point),
    points: point.rounds.flatMap((round) => {
      const found = value(round);
      return found === null ? [] : [{ x: round.round + 1, ...found }];
    }),
  }));
  // A line needs at least two rounds.
  if (series.every((line) => line.points.length < 2)) return '';
  return lineChart({
    title,
    note: 'Mean over the repeats with its 95 % confidence band.',
    xName: 'round',
    yName,
    series,
    references,
  });
}

/** The delay budget over the rounds: one line for all points that share it. */
function budgets(points: readonly PointSummary[]): readonly Series[] {
  const alike = Map.groupBy(points, ({ rounds }) =>
    JSON.stringify(rounds.map((round) => round.delayBudgetSeconds.mean)),
  );
  return [...alike.values()].map(([point]) => ({
    name: alike.size === 1 ? 'budget' : `budget of ${nameOf(point)}`,
    points: point.rounds.map(({ round, delayBudgetSeconds: { mean } }) => ({
      x: round + 1,
      mean,
      low: null,
      high: null,
    })),
  }));
}

function nameOf({ varied }: PointSummary): string {
  return shortLabelOf(varied) || 'as set';
}

function limited(points: readonly PointSummary[]): string {
  return points.length > BARS ? `, the first ${BARS} of ${points.length} points` : '';
}
