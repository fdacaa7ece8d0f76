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
    return `${withOwnClasses(standaloneSvg(figure.title, chart.renderToSVGString(), WIDTH, drawing).svg)}\n`;
  } finally {
    chart.dispose();
  }
}

/** Names of classes in the order of their first use; ECharts numbers them through all charts of a process. */
function withOwnClasses(svg: string): string {
  const names = new Map<string, string>();
  return svg.replaceAll(/zr\d+-cls-\d+/g, (name) => {
    const own = names.get(name) ?? `c${names.size}`;
    names.set(name, own);
    return own;
  });
}
