import * as echarts from 'echarts';
import { drawingOf } from '#report/charts/drawing-of.ts';
import type { Figure } from '#report/content/figures.ts';
import { standaloneSvg } from '#report/export/standalone-svg.ts';

/** Width of the images [pixels]. */
const WIDTH = 760;

/** A figure of a report as an SVG document that stands alone: light, with title and legend. */
export function figureSvg(figure: Figure): string {
  const drawing = drawingOf(figure, {
    theme: 'light',
    width: WIDTH,
    shares: false,
    hidden: new Set(),
    alone: true,
  });
  const chart = echarts.init(null, undefined, {
    renderer: 'svg',
    ssr: true,
    width: WIDTH,
    height: drawing.height,
  });
  try {
    chart.setOption({ ...drawing.option, animation: false });
    return `${standaloneSvg(figure.title, chart.renderToSVGString(), WIDTH, drawing).svg}\n`;
  } finally {
    chart.dispose();
  }
}
