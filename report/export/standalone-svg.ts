import { FONT, textWidth } from '#report/charts/base-option.ts';
import type { Drawing } from '#report/charts/drawing.ts';
import { SURFACES } from '#report/content/tones.ts';
import { escapeText } from '#report/page/markup.ts';

const TITLE_HEIGHT = 34;
const LEGEND_ROW = 20;

/**
 * Wraps a chart's SVG with a white ground, its title above and its legend below.
 *
 * @param chart SVG text of the chart
 */
export function standaloneSvg(
  title: string,
  chart: string,
  width: number,
  { height, legend }: Pick<Drawing, 'height' | 'legend'>,
): { readonly svg: string; readonly width: number; readonly height: number } {
  const { ink, paper } = SURFACES.light;
  let x = 10;
  let row = 0;
  const entries = legend.map(({ name, colour, dashed }) => {
    const needed = textWidth(name) + 36;
    if (x > 10 && x + needed > width) {
      x = 10;
      row += 1;
    }
    const y = TITLE_HEIGHT + height + row * LEGEND_ROW;
    const mark =
      dashed === true
        ? `<line x1="${x}" x2="${x + 14}" y1="${y + 6}" y2="${y + 6}" stroke="${colour}" stroke-width="2" stroke-dasharray="4 3"/>`
        : `<rect x="${x}" y="${y}" width="12" height="12" rx="3" fill="${colour}"/>`;
    const text = `<text x="${x + 20}" y="${y + 10}" font-size="12" fill="${ink}">${escapeText(name)}</text>`;
    x += needed;
    return mark + text;
  });
  const total = TITLE_HEIGHT + height + (legend.length === 0 ? 0 : (row + 1) * LEGEND_ROW) + 6;
  const inner = chart.replace(/^<\?xml[^>]*>\s*/, '').replace('<svg ', `<svg x="0" y="${TITLE_HEIGHT}" `);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" font-family="${escapeText(FONT)}"><rect width="${width}" height="${total}" fill="${paper}"/><text x="10" y="22" font-size="15" font-weight="600" fill="${ink}">${escapeText(title)}</text>${inner}${entries.join('')}</svg>`;
  return { svg, width, height: total };
}
