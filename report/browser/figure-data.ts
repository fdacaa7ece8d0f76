import type { View } from '#report/charts/drawing.ts';
import type { Figure } from '#report/content/figures.ts';
import type { ReportTable } from '#report/content/report-content.ts';
import { csvOf } from '#report/export/csv.ts';
import { figureTable } from '#report/export/figure-table.ts';
import { latexFigure, latexTable } from '#report/export/latex.ts';
import { tableHtml } from '#report/page/table.ts';
import { download } from './download.ts';
import { button, markScrolling } from './elements.ts';
import { pngOf, svgOf } from './images.ts';

/** Fills the data of a figure: its exports, then its numbers. */
export function fillData(element: HTMLElement, figure: Figure, view: View): void {
  const table = figureTable(figure);
  const exports = exportsOf(table, latexFigure(figure, view.axis), [
    button('SVG', () =>
      download(`${figure.id}.svg`, new Blob([svgOf(figure, view)], { type: 'image/svg+xml' })),
    ),
    button('PNG', () => {
      void pngOf(figure, view).then((image) => download(`${figure.id}.png`, image));
    }),
  ]);
  const numbers = document.createElement('div');
  numbers.innerHTML = tableHtml(table);
  element.replaceChildren(exports, numbers);
  markScrolling(element);
}

/** Exports of a table that stands for itself. */
export function tableExports(table: ReportTable): HTMLElement {
  return exportsOf(table, latexTable(table), []);
}

function exportsOf(table: ReportTable, latex: string, images: readonly HTMLElement[]): HTMLElement {
  const row = document.createElement('div');
  row.className = 'exports';
  row.append(
    ...images,
    button('CSV', () => download(`${table.id}.csv`, new Blob([csvOf(table)], { type: 'text/csv' }))),
    button('LaTeX', () => download(`${table.id}.tex`, new Blob([latex], { type: 'application/x-tex' }))),
  );
  return row;
}
