import type {
  BarsFigure,
  BoxesFigure,
  LinesFigure,
  ScatterFigure,
  SpansFigure,
} from '#report/content/figures.ts';
import type { Block, ReportContent, ReportTable } from '#report/content/report-content.ts';

/** The most that a block holds, so that a page stays below 2 MB. */
const MOST = {
  series: 60,
  pointsOfFigure: 6000,
  rows: 300,
  points: 1500,
  tracedRounds: 20,
  devices: 60,
} as const;

/** The content with blocks of bounded size. A block from which something is left out says so in its note. */
export function bounded(content: ReportContent): ReportContent {
  return {
    ...content,
    sections: content.sections.map((section) => ({ ...section, blocks: section.blocks.map(boundedBlock) })),
  };
}

function boundedBlock(block: Block): Block {
  switch (block.kind) {
    case 'table':
      return boundedRows(block);
    case 'lines':
      return boundedLines(block);
    case 'bars':
      return boundedBars(block);
    case 'boxes':
      return boundedBoxes(block);
    case 'scatter':
      return boundedScatter(block);
    case 'spans':
      return boundedSpans(block);
  }
}

/** The first members of a list, and a note where there are more. */
function first<T>(
  list: readonly T[],
  most: number,
  name: string,
): { readonly kept: readonly T[]; readonly more: string } {
  return list.length <= most
    ? { kept: list, more: '' }
    : { kept: list.slice(0, most), more: `The report holds the first ${most} of ${list.length} ${name}.` };
}

function withNote<T extends Block>(block: T, more: string): T {
  return more === '' ? block : { ...block, note: `${block.note ?? ''} ${more}`.trim() };
}

function boundedRows(table: ReportTable): ReportTable {
  const { kept, more } = first(table.rows, MOST.rows, 'rows');
  return withNote({ ...table, rows: kept }, more);
}

function boundedLines(figure: LinesFigure): LinesFigure {
  const { kept, more } = first(figure.series, MOST.series, 'series');
  const total = kept.reduce((sum, { points }) => sum + points.length, 0);
  const every = Math.ceil(total / MOST.pointsOfFigure);
  if (every <= 1) return withNote({ ...figure, series: kept }, more);
  const series = kept.map((line) => ({
    ...line,
    points: line.points.filter((_, place) => place % every === 0 || place === line.points.length - 1),
  }));
  return withNote({ ...figure, series }, `${more} Every ${every}th point is in the report.`.trim());
}

function boundedBars(figure: BarsFigure): BarsFigure {
  const { kept, more } = first(figure.bars, MOST.rows, 'bars');
  return withNote({ ...figure, bars: kept }, more);
}

function boundedBoxes(figure: BoxesFigure): BoxesFigure {
  const { kept, more } = first(figure.boxes, MOST.rows, 'boxes');
  return withNote({ ...figure, boxes: kept }, more);
}

function boundedScatter(figure: ScatterFigure): ScatterFigure {
  const { kept, more } = first(figure.points, MOST.points, 'points');
  return withNote({ ...figure, points: kept }, more);
}

function boundedSpans(figure: SpansFigure): SpansFigure {
  const { kept, more } = first(figure.traced, MOST.tracedRounds, 'traced rounds');
  const end = ({ spans }: SpansFigure['traced'][number]['rows'][number]): number =>
    spans.reduce((most, { endSeconds }) => Math.max(most, endSeconds), 0);
  const slowest = kept.map(({ round, rows }) => ({
    round,
    rows: rows
      .toSorted(
        (left, right) => Number(right.worst === true) - Number(left.worst === true) || end(right) - end(left),
      )
      .slice(0, MOST.devices),
  }));
  const cut = kept.some(({ rows }) => rows.length > MOST.devices);
  const devices = cut ? `Of a round, the report holds the ${MOST.devices} devices that ended last.` : '';
  return withNote({ ...figure, traced: slowest }, `${more} ${devices}`.trim());
}
