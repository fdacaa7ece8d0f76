import { extentOf } from '#report/charts/extent.ts';
import { paretoFront } from '#report/charts/pareto-front.ts';
import type {
  BarsFigure,
  BoxesFigure,
  Figure,
  LinesFigure,
  Quantity,
  ScatterFigure,
} from '#report/content/figures.ts';
import type { Cell, ReportTable } from '#report/content/report-content.ts';
import { seriesTone, TONES, type Tone } from '#report/content/tones.ts';
import { axisTitle } from '#report/page/numbers.ts';
import { figureTable } from './figure-table.ts';

/**
 * A figure as LaTeX with its data inside: pgfplots for charts; a table for spans, which pgfplots has no plot
 * for.
 *
 * @param axisId id of the x axis of a line chart
 */
export function latexFigure(figure: Figure, axisId?: string): string {
  switch (figure.kind) {
    case 'lines':
      return linesLatex(figure, axisId);
    case 'bars':
      return barsLatex(figure);
    case 'boxes':
      return boxesLatex(figure);
    case 'scatter':
      return scatterLatex(figure);
    case 'spans':
      return latexTable(figureTable(figure));
  }
}

/** A table as a `tabular` with rules of the package booktabs. */
export function latexTable({ title, columns, rows }: ReportTable): string {
  const head = columns.map(({ name, unit = '' }) => escapeLatex(axisTitle(name, unit))).join(' & ');
  const body = rows.map((row) => `  ${row.map(latexCell).join(' & ')} \\\\`).join('\n');
  return `% ${comment(title)}\n% \\usepackage{booktabs}\n\\begin{tabular}{l${'r'.repeat(Math.max(0, columns.length - 1))}}\n  \\toprule\n  ${head} \\\\\n  \\midrule\n${body}\n  \\bottomrule\n\\end{tabular}\n`;
}

/** Text in which no character has a meaning for LaTeX. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\{}$&#%_^~]|[\r\n]+/g, (found) => {
    if (found === '\\') return '\\textbackslash{}';
    if (found === '^') return '\\textasciicircum{}';
    if (found === '~') return '\\textasciitilde{}';
    return /[\r\n]/.test(found) ? ' ' : `\\${found}`;
  });
}

function latexCell(cell: Cell): string {
  if (cell === null) return '--';
  if (typeof cell === 'string') return escapeLatex(cell);
  if (typeof cell === 'number') return number(cell);
  return `${number(cell.value)} [${number(cell.low)}, ${number(cell.high)}]`;
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(7))) : 'nan';
}

function comment(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

/** A picture of one axis environment. */
function picture(
  title: string,
  packages: readonly string[],
  options: readonly string[],
  plots: readonly string[],
): string {
  const needed = ['\\usepackage{pgfplots}', '\\pgfplotsset{compat=1.18}', ...packages].map(
    (line) => `% ${line}`,
  );
  return `% ${comment(title)}\n${needed.join('\n')}\n\\begin{tikzpicture}\n\\begin{axis}[\n${options.map((option) => `  ${option},`).join('\n')}\n]\n${plots.join('\n')}\n\\end{axis}\n\\end{tikzpicture}\n`;
}

function colour(tone: Tone): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(TONES[tone].light.slice(at, at + 2), 16));
  return `{rgb,255:red,${red};green,${green};blue,${blue}}`;
}

function label(quantity: Quantity): string {
  return `{${escapeLatex(axisTitle(quantity.name, quantity.unit))}}`;
}

function mode(values: readonly number[], { scale }: Quantity, axis: 'x' | 'y'): readonly string[] {
  return extentOf(values, scale).logarithmic ? [`${axis}mode=log`] : [];
}

function legendEntry(name: string): string {
  return `\\addlegendentry{${escapeLatex(name)}}`;
}

function coordinates(points: readonly (readonly [number, number])[]): string {
  return `coordinates {${points.map(([x, y]) => `(${number(x)},${number(y)})`).join(' ')}}`;
}

function linesLatex(figure: LinesFigure, axisId: string | undefined): string {
  const index = Math.max(
    0,
    figure.x.findIndex(({ id }) => id === axisId),
  );
  const known = figure.series.map((line) => ({
    ...line,
    points: line.points.flatMap((point) => {
      const at = point.x[index] ?? null;
      return at === null ? [] : [{ ...point, at }];
    }),
  }));
  let ordinary = -1;
  const plots = known.flatMap(({ name, points, reference }) => {
    if (reference !== true) ordinary += 1;
    if (points.length === 0) return [];
    const style = reference === true ? 'color=gray, dashed' : `color=${colour(seriesTone(ordinary))}`;
    const upper = points.map(({ at, y, high }) => [at, high ?? y] as const);
    const lower = points.map(({ at, y, low }) => [at, low ?? y] as const);
    const banded = points.some(({ low }) => low !== undefined);
    const band = banded
      ? [
          `\\addplot[forget plot, draw=none, fill=${colour(seriesTone(ordinary))}, fill opacity=0.15] ${coordinates([...upper, ...lower.toReversed()])} -- cycle;`,
        ]
      : [];
    return [
      ...band,
      `\\addplot[thick, ${style}] ${coordinates(points.map(({ at, y }) => [at, y] as const))};`,
      legendEntry(name),
    ];
  });
  const places = known.flatMap(({ points }) => points.map(({ at }) => at));
  const ends = [Math.min(...places), Math.max(...places)];
  const constants = (figure.references ?? []).flatMap(({ name, value }) => [
    `\\addplot[dashed, color=gray] ${coordinates(ends.map((at) => [at, value] as const))};`,
    legendEntry(name),
  ]);
  const values = known.flatMap(({ points }) =>
    points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]),
  );
  const x = figure.x[index];
  return picture(
    figure.title,
    [],
    [
      `xlabel=${label(x)}`,
      `ylabel=${label(figure.y)}`,
      ...(x.id === 'rounds' ? [] : mode(places, x, 'x')),
      ...mode(values, figure.y, 'y'),
      'legend pos=outer north east',
      'legend cell align=left',
    ],
    [...plots, ...constants],
  );
}

function barsLatex(figure: BarsFigure): string {
  const used = figure.parts
    .map((part, index) => ({ ...part, index }))
    .filter(({ index }) => figure.bars.some(({ values }) => values[index] > 0));
  const plots = used.flatMap(({ name, tone, index }) => [
    `\\addplot[draw=none, fill=${colour(tone ?? seriesTone(index))}] ${coordinates(figure.bars.map(({ values }, row) => [values[index], row] as const))};`,
    ...(used.length > 1 ? [legendEntry(name)] : []),
  ]);
  return picture(
    figure.title,
    [],
    [
      'xbar stacked',
      'bar width=8pt',
      `xlabel=${label(figure.value)}`,
      'xmin=0',
      ...names(figure.bars),
      'legend pos=outer north east',
      'legend cell align=left',
    ],
    plots,
  );
}

function boxesLatex(figure: BoxesFigure): string {
  const plots = figure.boxes.map(
    ({ low, lowerQuartile, median, upperQuartile, high, outliers = [] }, row) =>
      `\\addplot[boxplot prepared={draw position=${row}, lower whisker=${number(low)}, lower quartile=${number(lowerQuartile)}, median=${number(median)}, upper quartile=${number(upperQuartile)}, upper whisker=${number(high)}}] ${coordinates(outliers.map((value) => [row, value] as const))};`,
  );
  const values = figure.boxes.flatMap(({ low, high }) => [low, high]);
  return picture(
    figure.title,
    ['\\usepgfplotslibrary{statistics}'],
    [
      'boxplot/draw direction=x',
      `xlabel=${label(figure.value)}`,
      ...mode(values, figure.value, 'x'),
      ...names(figure.boxes),
    ],
    plots,
  );
}

function scatterLatex(figure: ScatterFigure): string {
  const groups = Map.groupBy(figure.points, ({ group }) => group ?? '');
  const plots = [...groups].flatMap(([name, points], index) => [
    `\\addplot[only marks, color=${colour(seriesTone(index))}] ${coordinates(points.map(({ x, y }) => [x, y] as const))};`,
    ...(groups.size > 1 ? [legendEntry(name)] : []),
  ]);
  const front = figure.better === undefined ? [] : paretoFront(figure.points, figure.better);
  return picture(
    figure.title,
    [],
    [
      `xlabel=${label(figure.x)}`,
      `ylabel=${label(figure.y)}`,
      ...mode(
        figure.points.map(({ x }) => x),
        figure.x,
        'x',
      ),
      ...mode(
        figure.points.map(({ y }) => y),
        figure.y,
        'y',
      ),
      'legend pos=outer north east',
    ],
    front.length < 2
      ? plots
      : [
          ...plots,
          `\\addplot[dashed] ${coordinates(front.map(({ x, y }) => [x, y] as const))};`,
          legendEntry('Pareto front'),
        ],
  );
}

/** Names of the rows, the first at the top. */
function names(rows: readonly { readonly name: string }[]): readonly string[] {
  return [
    `ytick={${rows.map((_, row) => row).join(',')}}`,
    `yticklabels={${rows.map(({ name }) => `{${escapeLatex(name)}}`).join(',')}}`,
    'y dir=reverse',
  ];
}
