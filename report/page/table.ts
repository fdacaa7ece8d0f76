import type { Cell, ReportTable, TableColumn } from '#report/content/report-content.ts';
import { escapeText } from './markup.ts';
import { intervalText, quantityText } from './numbers.ts';

/** Maximum number of rows shown; the exported files have all of them. */
const SHOWN_ROWS = 300;
/** Tables up to this number of rows are shown in full height. */
const LOW_ROWS = 16;

/**
 * A table in a box that scrolls sideways where the page is narrow; the script makes such a box a tab stop.
 */
export function tableHtml({ title, columns, rows }: ReportTable): string {
  const text = columns.map((_, index) => rows.some((row) => typeof row[index] === 'string'));
  const kindOf = (index: number): string => (text[index] ? ' class="text"' : '');
  const head = columns
    .map(({ name }, index) => `<th scope="col"${kindOf(index)}>${escapeText(name)}</th>`)
    .join('');
  const largest = columns.map((_, index) =>
    rows.reduce((most, row) => Math.max(most, sizeOf(row[index])), 0),
  );
  const body = rows
    .slice(0, SHOWN_ROWS)
    .map((row) => {
      const cells = columns.map((column, index) => {
        const cell = row[index] ?? null;
        const shown = escapeText(cellText(cell, column));
        if (index === 0) return `<th scope="row">${shown}</th>`;
        return column.bar === true && largest[index] > 0
          ? `<td class="barred"><span class="cellbar" style="inline-size:${((100 * sizeOf(cell)) / largest[index]).toFixed(1)}%"></span><span>${shown}</span></td>`
          : `<td${kindOf(index)}>${shown}</td>`;
      });
      return `<tr>${cells.join('')}</tr>`;
    })
    .join('');
  const more =
    rows.length > SHOWN_ROWS
      ? `<p class="note">The first ${SHOWN_ROWS} of ${rows.length} rows; the CSV file has all.</p>`
      : '';
  const kind = rows.length > LOW_ROWS ? 'scroll high' : 'scroll';
  return `<div class="${kind}" data-name="${escapeText(title)}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>${more}`;
}

function cellText(cell: Cell, { unit = '', signed = false }: TableColumn): string {
  if (cell === null) return '-';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return quantityText(cell, unit);
  return intervalText(cell, unit, signed);
}

function sizeOf(cell: Cell | undefined): number {
  if (typeof cell === 'number') return Math.abs(cell);
  return typeof cell === 'object' && cell !== null ? Math.abs(cell.value) : 0;
}
