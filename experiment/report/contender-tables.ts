import type { ReportTable } from '#report/content/report-content.ts';
import type { ComparedContender } from '#shared/protocol/comparison-result.ts';
import { TARGET_COST_NAMES } from '#shared/protocol/comparison-result.ts';
import type { FigureEstimates } from '#shared/protocol/experiment-result.ts';
import { estimateCell, presentFigures, SHOWN_COSTS } from './figure-columns.ts';

/** A row of the tables on contenders. */
export interface ContenderRow {
  readonly label: string;
  readonly figures: FigureEstimates;
  readonly differences: FigureEstimates;
}

/** Figures of whole runs: a row for each contender. */
export function figuresTable(id: string, rows: readonly ContenderRow[]): ReportTable {
  const shown = presentFigures(rows.map(({ figures }) => figures));
  return {
    kind: 'table',
    id,
    title: 'After the last round',
    note: 'Mean over the seeds; in brackets the 95 % bootstrap interval of the mean.',
    columns: [
      { name: 'contender' },
      ...shown.map(([, { name, unit }]) => ({ name, ...(unit === undefined ? {} : { unit }) })),
    ],
    rows: rows.map(({ label, figures }) => [
      label,
      ...shown.map(([figure, { scale }]) => estimateCell(figures[figure], scale)),
    ]),
  };
}

/** Differences from the first contender, paired by seed; undefined if there are none. */
export function differencesTable(
  id: string,
  first: string,
  rows: readonly ContenderRow[],
): ReportTable | undefined {
  const others = rows.filter(({ differences }) => Object.keys(differences).length > 0);
  if (others.length === 0) return undefined;
  const shown = presentFigures(others.map(({ differences }) => differences));
  return {
    kind: 'table',
    id,
    title: `Differences from ${first}`,
    note: 'Paired by seed: same data split, channel and mini-batches. In brackets the 95 % bootstrap interval of the mean difference; an interval that holds 0 leaves the order open.',
    columns: [
      { name: 'contender' },
      ...shown.map(([, { name, unit }]) => ({ name, ...differenceUnit(unit), signed: true })),
    ],
    rows: others.map(({ label, differences }) => [
      label,
      ...shown.map(([figure, { scale }]) => estimateCell(differences[figure], scale)),
    ]),
  };
}

/** The unit of a difference: shares in per cent differ in points. */
function differenceUnit(unit: string | undefined): { readonly unit?: string } {
  if (unit === undefined) return {};
  return { unit: unit === '%' ? 'points' : unit };
}

/** The costs of reaching the target accuracy: a row for each contender whose runs were tested. */
export function targetTable(
  id: string,
  targetAccuracy: number,
  contenders: readonly ComparedContender[],
): ReportTable {
  const tested = contenders.filter(({ target }) => target !== null);
  const shown = TARGET_COST_NAMES.filter((cost) =>
    tested.some(({ target }) => target?.costs[cost] !== undefined),
  );
  return {
    kind: 'table',
    id,
    title: `To ${(100 * targetAccuracy).toPrecision(3)} % test accuracy`,
    note: 'At the first test that shows it; means over the seeds that reach it, with 95 % bootstrap intervals.',
    columns: [
      { name: 'contender' },
      { name: 'seeds that reach it' },
      ...shown.map((cost) => {
        const { name, unit } = SHOWN_COSTS[cost];
        return { name, ...(unit === undefined ? {} : { unit }) };
      }),
    ],
    rows: tested.map(({ label, seeds, target }) => [
      label,
      `${target?.reachedSeeds.length ?? 0} of ${seeds.length}`,
      ...shown.map((cost) => estimateCell(target?.costs[cost], SHOWN_COSTS[cost].scale)),
    ]),
  };
}
