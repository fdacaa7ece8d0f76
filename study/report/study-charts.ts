import type { BarsFigure, ScatterFigure } from '#report/content/figures.ts';
import type { Block } from '#report/content/report-content.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { COSTS, type PointSummary } from '#study/output/point-summary.ts';
import type { NamedPoint } from './named-point.ts';
import { completionFigure } from './round-figures.ts';
import { STAGE_PARTS } from './stage-parts.ts';
import { rankingTable, rankStages } from './stage-ranking.ts';
import { dollarsOf, secondsOf } from './study-answer.ts';

const COST_PARTS = [
  { name: 'Queues', tone: 'waiting1' },
  { name: 'Functions', tone: 'compute2' },
  { name: 'Object store', tone: 'control' },
  { name: 'Encoder', tone: 'radio1' },
  { name: 'Transfer', tone: 'idle' },
] as const;

/** Time and cost of a round of each point; empty for one point. */
export function timeAndCost(named: readonly NamedPoint[]): readonly ScatterFigure[] {
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

/** Stages and spread of the round times, the fastest point's stages by rank, and completion. */
export function timeBlocks(ordered: readonly NamedPoint[], fastest: NamedPoint): readonly Block[] {
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
      note: 'Median and quartiles over the rounds of all runs; whiskers from the 5th to the 95th percentile.',
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

/** Cost of a round by service. */
export function costBars(ordered: readonly NamedPoint[]): BarsFigure {
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
