/** One line of a log-log chart. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface ChartText {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
}

const WIDTH = 760;
const HEIGHT = 460;
const FRAME = { left: 76, right: 170, top: 44, bottom: 56 };

/** A log-log line chart as an SVG document; axes span whole decades. */
export function logLogChart(text: ChartText, series: readonly Series[]): string {
  const points = series.flatMap((line) => line.points);
  const x = logAxis(
    points.map((point) => point.x),
    FRAME.left,
    WIDTH - FRAME.right,
  );
  const y = logAxis(
    points.map((point) => point.y),
    HEIGHT - FRAME.bottom,
    FRAME.top,
  );
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    label(WIDTH / 2, 24, 'middle', text.title, 15),
    ...x.decades.flatMap((exponent) => [
      rule(x.at(10 ** exponent), FRAME.top, x.at(10 ** exponent), HEIGHT - FRAME.bottom),
      label(x.at(10 ** exponent), HEIGHT - FRAME.bottom + 20, 'middle', power(exponent)),
    ]),
    ...y.decades.flatMap((exponent) => [
      rule(FRAME.left, y.at(10 ** exponent), WIDTH - FRAME.right, y.at(10 ** exponent)),
      label(FRAME.left - 10, y.at(10 ** exponent) + 4, 'end', power(exponent)),
    ]),
    label((FRAME.left + WIDTH - FRAME.right) / 2, HEIGHT - 14, 'middle', text.xLabel),
    `<g transform="translate(20 ${HEIGHT / 2}) rotate(-90)">${label(0, 0, 'middle', text.yLabel)}</g>`,
    ...series.flatMap((line, index) => drawSeries(line, index, x.at, y.at)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" role="img" aria-label="${text.title}">\n${parts.join('\n')}\n</svg>\n`;
}

function drawSeries(
  line: Series,
  index: number,
  atX: (value: number) => number,
  atY: (value: number) => number,
): readonly string[] {
  const places = line.points.map((point) => `${atX(point.x).toFixed(1)},${atY(point.y).toFixed(1)}`);
  const keyY = FRAME.top + 10 + 22 * index;
  const keyX = WIDTH - FRAME.right + 14;
  return [
    `<polyline points="${places.join(' ')}" fill="none" stroke="${line.colour}" stroke-width="2"/>`,
    ...line.points.map(
      (point) =>
        `<circle cx="${atX(point.x).toFixed(1)}" cy="${atY(point.y).toFixed(1)}" r="3" fill="${line.colour}"/>`,
    ),
    `<line x1="${keyX}" y1="${keyY}" x2="${keyX + 20}" y2="${keyY}" stroke="${line.colour}" stroke-width="2"/>`,
    label(keyX + 26, keyY + 4, 'start', line.name),
  ];
}

function logAxis(values: readonly number[], start: number, end: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    decades: Array.from({ length: high - low + 1 }, (_, index) => low + index),
    at: (value: number) => start + ((Math.log10(value) - low) / (high - low)) * (end - start),
  };
}

const power = (exponent: number) => `10<tspan dy="-5" font-size="9">${exponent}</tspan>`;

function label(x: number, y: number, anchor: string, text: string, size = 12): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}">${text}</text>`;
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#ddd"/>`;
}
