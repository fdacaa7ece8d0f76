import type { LinesFigure } from '#report/content/figures.ts';
import type { Block, ReportContent, ReportSection, ReportTable } from '#report/content/report-content.ts';
import { quantityText } from './numbers.ts';

/** Values that differ by less than this fraction count as equal: the difference is a rounding error. */
const EQUAL = 1e-9;

/**
 * Takes out the line charts in which every series keeps one value, and lists these values in one table at the end
 * of their section.
 */
export function withoutConstants(content: ReportContent): ReportContent {
  return { ...content, sections: content.sections.map(sectionWithout) };
}

function sectionWithout(section: ReportSection, index: number): ReportSection {
  const constant = section.blocks.filter((block) => block.kind === 'lines').filter(isConstant);
  if (constant.length === 0) return section;
  const kept: readonly Block[] = section.blocks.filter(
    (block) => !constant.some(({ id }) => id === block.id),
  );
  return { ...section, blocks: [...kept, constantsTable(constant, index)] };
}

function isConstant({ series }: LinesFigure): boolean {
  return series
    .filter(({ reference }) => reference !== true)
    .every(({ points }) => points.every(({ y }) => equal(y, points[0].y)));
}

function constantsTable(figures: readonly LinesFigure[], index: number): ReportTable {
  const rows = figures.flatMap(({ title, y, series }) =>
    series.flatMap(({ name, points }): (readonly string[])[] => {
      const first = points[0];
      return first === undefined || points.some((point) => !equal(point.y, first.y))
        ? []
        : [[title, name, quantityText(first.y, y.unit)]];
    }),
  );
  return {
    kind: 'table',
    id: `constant-${index + 1}`,
    title: 'The same in all rounds',
    columns: [{ name: 'figure' }, { name: 'series' }, { name: 'value' }],
    rows,
    closed: rows.length > 6,
  };
}

function equal(one: number, other: number): boolean {
  return Math.abs(one - other) <= EQUAL * Math.max(Math.abs(one), Math.abs(other));
}
