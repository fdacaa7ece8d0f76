import { labelInVariant } from '#experiment/plan/point-label.ts';
import type { RunSeries } from '#experiment/series/run-series.ts';
import type { Block, ReportContent, ReportSection } from '#report/content/report-content.ts';
import type { ExperimentPoint, ExperimentResult } from '#shared/protocol/experiment-result.ts';
import { answerSentence } from './answer.ts';
import { differencesTable, figuresTable } from './contender-tables.ts';
import { costScatter } from './cost-scatter.ts';
import type { Curve } from './curves.ts';
import { learningBlocks } from './learning-blocks.ts';
import type { ReportedPoint } from './reported-point.ts';
import { sweptBlocks } from './swept-blocks.ts';

/**
 * Most contenders for which learning curves are drawn beside charts over a swept setting, which show the same
 * runs.
 */
const MOST_CURVES = 8;

/**
 * The report of an experiment: a section for each variant, and the failed runs.
 *
 * @param openRuns runs that have neither finished nor failed
 */
export function experimentContent(
  { plan, points }: ExperimentResult,
  seriesOf: (point: ExperimentPoint) => readonly RunSeries[],
  openRuns: number,
): ReportContent {
  const reported = plan.points.flatMap((point, index): ReportedPoint[] => {
    const series = seriesOf(point);
    const { figures, differences } = points[index];
    return series.length === 0 ? [] : [{ point, label: labelInVariant(point), series, figures, differences }];
  });
  const variants = [...new Set(plan.points.map(({ variant }) => variant))];
  const panels = variants.map((variant) => reported.filter(({ point }) => point.variant === variant));
  const failed = points.flatMap(({ label, runs }) =>
    runs.flatMap((run) =>
      run.status === 'failed' ? [`${label}, seed ${run.seed} failed: ${run.message}`] : [],
    ),
  );
  const answers = panels.flatMap((panel, index) => {
    if (panel.length === 0) return [];
    const sentence = answerSentence(panel.map((one) => ({ ...one, seeds: one.series.length })));
    return [variants[index] === null ? sentence : `${variants[index]}: ${sentence}`];
  });
  const runs = plan.points.length * plan.seeds.length;
  const progress = openRuns === 0 ? [] : [`${runs - openRuns} of ${runs} runs have ended.`];
  return {
    title: plan.title,
    answer: [...progress, ...answers].join(' '),
    facts: [
      `${plan.points.length} points with ${plan.seeds.length === 1 ? 'one seed' : `${plan.seeds.length} seeds`} each, paired: a seed has the same data split, channel and mini-batches at every point.`,
      ...plan.notes,
    ],
    warnings: failed,
    groupName: 'Contender',
    sections: panels.map((panel, index) => section(panel, variants[index], index, variants.length)),
  };
}

function section(
  panel: readonly ReportedPoint[],
  variant: string | null,
  index: number,
  count: number,
): ReportSection {
  const title = variant ?? 'Results';
  if (panel.length === 0) return { title, blocks: [] };
  const prefix = count === 1 ? '' : `panel-${index + 1}`;
  const id = (name: string): string => (prefix === '' ? name : `${prefix}-${name}`);
  const curves: readonly Curve[] = panel.map(({ label, series }) => ({ label, group: label, runs: series }));
  const differences = differencesTable(id('differences'), panel[0].label, panel);
  const swept = sweptBlocks(panel, id);
  const blocks: readonly Block[] = [
    ...swept,
    ...(swept.length > 0 && curves.length > MOST_CURVES ? [] : learningBlocks(curves, prefix)),
    ...costScatter(panel, id('cost')),
    figuresTable(id('figures'), panel),
    ...(differences === undefined ? [] : [differences]),
  ];
  return { title, blocks };
}
