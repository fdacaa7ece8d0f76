import type { BoxesFigure } from '#report/content/figures.ts';
import type { ReportContent } from '#report/content/report-content.ts';
import type { PlanningResult } from '#shared/protocol/planning-result.ts';

/** The report of planning times: a box for each contender and budget. */
export function planningContent(result: PlanningResult): ReportContent {
  const { title, notes, devices, rounds, seeds, cells } = result;
  const [first] = cells;
  const last = cells.findLast(({ contender }) => contender === first.contender) ?? first;
  const trend = last.planningSeconds.mean / first.planningSeconds.mean;
  return {
    title,
    answer: `Under ${first.contender}, planning a round takes ${microseconds(first.planningSeconds.mean)} at ${first.secondsPerBit} s/bit and ${microseconds(last.planningSeconds.mean)} at ${last.secondsPerBit} s/bit, ${trend.toFixed(2)} times as long.`,
    facts: [`${devices} devices, ${rounds} rounds, ${seeds.length} seeds.`, ...notes],
    groupName: 'Contender',
    sections: [
      {
        title: 'Time to plan a round',
        blocks: [
          planningFigure(result),
          {
            kind: 'table',
            id: 'planning',
            title: 'Means',
            columns: [
              { name: 'contender and budget' },
              { name: 'devices a round' },
              { name: 'mean', unit: 's' },
              { name: 'median', unit: 's' },
              { name: 'longest', unit: 's' },
            ],
            rows: cells.map(({ contender, secondsPerBit, meanScheduled, planningSeconds }) => [
              `${contender}, ${secondsPerBit} s/bit`,
              meanScheduled,
              planningSeconds.mean,
              planningSeconds.median,
              planningSeconds.most,
            ]),
          },
        ],
      },
    ],
  };
}

/** Box plots of the planning time: quartiles, whiskers at the shortest and longest. */
export function planningFigure({ cells }: PlanningResult): BoxesFigure {
  return {
    kind: 'boxes',
    id: 'planning-time',
    title: 'Time to plan a round by delay budget',
    note: 'Over all rounds of all seeds; whiskers at the shortest and the longest.',
    wide: true,
    value: { name: 'planning time', unit: 's' },
    boxes: cells.map(({ contender, secondsPerBit, planningSeconds: time }) => ({
      name: `${contender}, ${secondsPerBit} s/bit`,
      group: contender,
      low: time.least,
      lowerQuartile: time.lowerQuartile,
      median: time.median,
      upperQuartile: time.upperQuartile,
      high: time.most,
    })),
  };
}

function microseconds(seconds: number): string {
  return `${(1e6 * seconds).toFixed(0)} us`;
}
