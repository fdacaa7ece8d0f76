import { escapeText } from './markup.ts';

/** A table of text: column titles, then rows; the first cell of a row is its name. */
export interface DataTable {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Maximum number of rows shown; study.json has all of them. */
const SHOWN_ROWS = 1000;

/** A collapsible table for all the numbers of a chart. */
export function tableOf({ titles, rows }: DataTable, summary = 'Table'): string {
  const head = titles.map((title) => `<th scope="col">${escapeText(title)}</th>`).join('');
  const body = rows
    .slice(0, SHOWN_ROWS)
    .map(([name = '', ...cells]) => {
      const rest = cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('');
      return `<tr><th scope="row">${escapeText(name)}</th>${rest}</tr>`;
    })
    .join('');
  const more =
    rows.length > SHOWN_ROWS
      ? `<p>The first ${SHOWN_ROWS} of ${rows.length} rows; all are in study.json.</p>`
      : '';
  return `<details><summary>${escapeText(summary)}</summary><div class="scroll" tabindex="0" role="region" aria-label="${escapeText(summary)}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>${more}</details>`;
}
