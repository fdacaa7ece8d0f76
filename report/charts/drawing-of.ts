import type { Figure } from '#report/content/figures.ts';
import { barsChart } from './bars-chart.ts';
import { boxesChart } from './boxes-chart.ts';
import type { Drawing, View } from './drawing.ts';
import { linesChart } from './lines-chart.ts';
import { scatterChart } from './scatter-chart.ts';
import { spansChart } from './spans-chart.ts';

/** The chart of a figure. */
export function drawingOf(figure: Figure, view: View): Drawing {
  switch (figure.kind) {
    case 'lines':
      return linesChart(figure, view);
    case 'bars':
      return barsChart(figure, view);
    case 'boxes':
      return boxesChart(figure, view);
    case 'scatter':
      return scatterChart(figure, view);
    case 'spans':
      return spansChart(figure, view);
  }
}
