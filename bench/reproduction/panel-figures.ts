import { PAPER_NAMES } from '#experiment/presets/paper-contenders.ts';
import { type Curve, curvesFigure } from '#experiment/report/curves.ts';
import type { LinesFigure, ReferenceLine } from '#report/content/figures.ts';
import { budgetsIn, chanceOf, contendersIn, estimateOf, type PanelData } from './panel-data.ts';

/** Charts of a panel: curves by round, or results by delay budget. */
export function panelFigures(data: PanelData): readonly LinesFigure[] {
  return budgetsIn(data).length > 0 ? budgetFigures(data) : curveFigures(data);
}

function curveFigures(data: PanelData): readonly LinesFigure[] {
  const { table, title } = data.panel;
  const curves = contendersIn(data).map((contender): Curve => {
    const runs = data.runs.filter((run) => run.contender === contender).map(({ series }) => series);
    return { label: shownName(contender), group: contender, runs };
  });
  return [
    curvesFigure(
      {
        id: `${table}-loss`,
        title: `Training loss: ${title}`,
        y: { name: 'training loss', unit: '', scale: 'linear' },
        references: [],
      },
      curves,
      ({ trainLoss }) => trainLoss,
    ),
    curvesFigure(
      {
        id: `${table}-accuracy`,
        title: `Test accuracy: ${title}`,
        y: { name: 'test accuracy', unit: '%', scale: 'linear' },
        references: chanceLines(data),
      },
      curves,
      ({ testAccuracy }) => (testAccuracy === undefined ? undefined : 100 * testAccuracy),
    ),
  ];
}

function budgetFigures(data: PanelData): readonly LinesFigure[] {
  const { table, title } = data.panel;
  const drawn = [
    ['trainLoss', 'loss', 'training loss', '', 1],
    ['testAccuracy', 'accuracy', 'test accuracy', '%', 100],
  ] as const;
  return drawn.map(([figure, id, name, unit, scale]) => ({
    kind: 'lines',
    id: `${table}-${id}`,
    title: `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${title}`,
    x: [{ id: 'budget', name: 'delay budget', unit: 's/bit', scale: 'logarithmic' }],
    y: { name, unit, scale: 'linear' },
    band: '95 % interval of the mean',
    references: figure === 'testAccuracy' ? chanceLines(data) : [],
    series: contendersIn(data).map((contender) => ({
      name: shownName(contender),
      group: contender,
      points: budgetsIn(data).flatMap((budget) => {
        const estimate = estimateOf(data, contender, figure, budget);
        if (estimate === undefined) return [];
        const { mean, low, high } = estimate;
        const band = low === null || high === null ? {} : { low: low * scale, high: high * scale };
        return [{ x: [budget], y: mean * scale, ...band }];
      }),
    })),
  }));
}

/** The accuracy of guessing the most frequent label [%]. */
function chanceLines(data: PanelData): readonly ReferenceLine[] {
  const share = chanceOf(data);
  return share === undefined ? [] : [{ name: 'chance', value: 100 * share }];
}

/** Name of a contender in charts and tables, with the paper's name for it. */
export function shownName(contender: string): string {
  const paper = PAPER_NAMES[contender];
  return paper === undefined ? contender : `${contender} (${paper})`;
}
