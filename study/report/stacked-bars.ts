import { tableOf } from './data-table.ts';
import { legendOf } from './legend.ts';
import { escapeText, shortNumber, tickNumber } from './markup.ts';
import type { Part } from './palette.ts';
import { linearScale } from './scale.ts';

export interface Bar {
  readonly name: string;
  /** One value for each part. */
  readonly values: readonly number[];
}

const WIDTH = 460;
const BAR = 18;
const ROW = 42;
const TOP = 6;

/** A chart of horizontal stacked bars, with a legend and a table. */
export function stackedBars(
  title: string,
  note: string,
  unit: string,
  parts: readonly Part[],
  bars: readonly Bar[],
): string {
  const totals = bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const scale = linearScale([0, ...totals], 4, WIDTH - 24);
  const height = TOP + ROW * bars.length + 26;
  const rows = bars.map((bar, index) => {
    const y = TOP + ROW * index;
    let before = 0;
    const rectangles = bar.values.map((value, part) => {
      const x = scale.place(before);
      before += value;
      const share = totals[index] === 0 ? 0 : (100 * value) / totals[index];
      const tip = `${bar.name}: ${parts[part].name} ${shortNumber(value)} ${unit}, ${shortNumber(share)} %`;
      return value > 0
        ? `<rect class="mark ${parts[part].colour}" x="${x.toFixed(2)}" y="${y + 18}" width="${Math.max(0.4, scale.place(before) - x).toFixed(2)}" height="${BAR}" tabindex="0" data-tip="${escapeText(tip)}"><title>${escapeText(tip)}</title></rect>`
        : '';
    });
    const label = `${bar.name}: ${shortNumber(totals[index])} ${unit}`;
    return `<text x="4" y="${y + 13}">${escapeText(label)}</text>${rectangles.join('')}`;
  });
  const axis = scale.ticks.map(
    (tick) =>
      `<text class="tick" x="${scale.place(tick).toFixed(2)}" y="${height - 6}" text-anchor="middle">${tickNumber(tick)}</text>`,
  );
  const svg = `<svg viewBox="0 0 ${WIDTH} ${height}" role="group" aria-label="${escapeText(title)}">${rows.join('')}${axis.join('')}</svg>`;
  const table = tableOf({
    titles: ['', ...parts.map(({ name }) => `${name} (${unit})`), `Sum (${unit})`],
    rows: bars.map(({ name, values }, index) => [
      name,
      ...values.map(shortNumber),
      shortNumber(totals[index]),
    ]),
  });
  return `<section class="chart"><h2>${escapeText(title)}</h2><p>${escapeText(note)}</p>${svg}${legendOf(parts)}${table}</section>`;
}
