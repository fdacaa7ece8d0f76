import Table from 'cli-table3';
import { paragraph } from './paragraph.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /**
   * Order in which columns are left out if the table is too wide, highest first. Without it, always shown.
   */
  readonly dropOrder?: number;
}

export interface TableLayout {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Largest width of the table [terminal columns]. */
  readonly width: number;
  /** False omits the names of the columns. */
  readonly header?: boolean;
  /** The column that is wrapped if the table is still too wide; the first one by default. */
  readonly wrapColumn?: number;
}

/** Table characters: no lines, only a gap between two columns. */
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/**
 * Formats a table without lines. If it is too wide, columns are left out by `dropOrder` and named in a last
 * line. If it is still too wide, one column is wrapped between words.
 */
export function printTable(layout: TableLayout): string {
  const { columns, rows, width, header = true, wrapColumn = 0 } = layout;
  let shown = columns.map((_, index) => index);
  const dropped: string[] = [];
  const laidOut = (wrappedWidth?: number): Table.Table =>
    layOut(
      shown.map((index) => columns[index]),
      rows.map((row) => shown.map((index) => row[index])),
      header,
      shown.map((index) => (index === wrapColumn ? (wrappedWidth ?? null) : null)),
    );
  let table = laidOut();
  while (table.width > width) {
    const next = shown
      .filter((index) => columns[index].dropOrder !== undefined)
      .reduce<number | undefined>(
        (last, index) =>
          last === undefined || (columns[index].dropOrder ?? 0) > (columns[last].dropOrder ?? 0)
            ? index
            : last,
        undefined,
      );
    if (next === undefined) break;
    dropped.push(columns[next].title);
    shown = shown.filter((index) => index !== next);
    table = laidOut();
  }
  const excess = table.width - width;
  if (excess > 0) {
    const wrapped = columns[wrapColumn];
    const cells = rows.map((row) => row[wrapColumn]);
    const ownWidth = layOut(
      [wrapped],
      cells.map((cell) => [cell]),
      header,
      [null],
    ).width;
    const longestWord = Math.max(...cells.flatMap((cell) => cell.split(' ')).map((word) => word.length));
    table = laidOut(Math.max(longestWord, header ? wrapped.title.length : 0, ownWidth - excess));
  }
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  if (dropped.length > 0) lines.push(paragraph(`Not shown, for want of room: ${dropped.join(', ')}.`, width));
  return lines.join('\n');
}

function layOut(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  header: boolean,
  widths: readonly (number | null)[],
): Table.Table {
  const table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    ...(header ? { head: columns.map(({ title }) => title) } : {}),
    colAligns: columns.map(({ align }) => align),
    ...(widths.every((width) => width === null) ? {} : { colWidths: [...widths], wordWrap: true }),
  });
  table.push(...rows.map((row) => [...row]));
  return table;
}
