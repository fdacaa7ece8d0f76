import type { Contender } from '#experiment/compare/contender.ts';
import type { Block, ReportContent, ReportTable } from '#report/content/report-content.ts';
import type { ComparisonResult } from '#shared/protocol/comparison-result.ts';
import { answerSentence } from './answer.ts';
import { differencesTable, figuresTable, targetTable } from './contender-tables.ts';
import { costScatter } from './cost-scatter.ts';
import type { Curve } from './curves.ts';
import { learningBlocks } from './learning-blocks.ts';

/** The report of `airtune compare`. */
export function comparisonContent(result: ComparisonResult, contenders: readonly Contender[]): ReportContent {
  const curves: readonly Curve[] = contenders.map(({ label, runs }) => ({
    label,
    group: label,
    runs: runs.map(({ series }) => series),
  }));
  const [first] = result.contenders;
  const { targetAccuracy } = result;
  const differences = differencesTable('differences', first.label, result.contenders);
  return {
    title: `airtune compare: ${contenders.length} contenders`,
    answer: answerSentence(result.contenders.map((one) => ({ ...one, seeds: one.seeds.length }))),
    facts: [timesFact(result)],
    groupName: 'Contender',
    sections: [
      {
        title: 'Figures',
        blocks: [
          ...(targetAccuracy === null ? [] : [targetTable('target', targetAccuracy, result.contenders)]),
          figuresTable('figures', result.contenders),
          ...(differences === undefined ? [] : [differences]),
        ],
      },
      { title: 'Curves', blocks: [...learningBlocks(curves, ''), ...costScatter(result.contenders, 'cost')] },
      { title: 'Settings', blocks: settingsBlocks(result) },
    ],
  };
}

function timesFact({ contenders }: ComparisonResult): string {
  const virtual = contenders.filter(({ virtualTime }) => virtualTime).length;
  if (virtual === contenders.length) return 'Times are those of the virtual cloud.';
  return virtual === 0
    ? 'Times were measured.'
    : 'Some times are those of the virtual cloud, others were measured.';
}

function settingsBlocks({ differing, contenders }: ComparisonResult): readonly Block[] {
  if (differing.length === 0) return [];
  const table: ReportTable = {
    kind: 'table',
    id: 'settings',
    title: 'Settings that differ',
    columns: [{ name: 'setting' }, ...contenders.map(({ label }) => ({ name: label }))],
    rows: differing.map(({ path, values }) => [
      path,
      ...values.map((value) =>
        value === null ? null : typeof value === 'string' ? value : JSON.stringify(value),
      ),
    ]),
  };
  return [table];
}
