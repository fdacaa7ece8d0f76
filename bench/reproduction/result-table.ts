import { NOTHING_SPENT, type Series, type SeriesRow } from '#experiment/series/run-series.ts';
import { csvText } from '#study/output/csv-text.ts';

/** A run of a figure: one contender with one seed. */
export interface TableRun {
  readonly contender: string;
  /** Delay budget [s/bit], where the figure varies it. */
  readonly secondsPerBit: number | undefined;
  readonly series: Series;
}

const HEADER = [
  'contender',
  'budget_s_per_bit',
  'seed',
  'round',
  'scheduled_devices',
  'planned_delay_s',
  'delay_budget_s',
  'train_loss',
  'test_accuracy',
  'test_loss',
  'chance',
] as const;

/** Significant digits of the numbers of a table. */
const DIGITS = 6;

/** The table of a figure's panel: one row for the start and each round of each run. */
export function tableText(runs: readonly TableRun[]): string {
  const rows = runs.flatMap(({ contender, secondsPerBit, series }) =>
    series.rows.map((row) => [
      contender,
      secondsPerBit ?? '',
      series.seed,
      row.round,
      row.scheduled ?? '',
      ...[
        ...[row.delaySeconds, series.budgetSeconds, row.trainLoss, row.testAccuracy, row.testLoss],
        // The same for all tests of a run.
        row.testAccuracy === undefined ? undefined : series.chance,
      ].map((value) => (value === undefined ? '' : Number(value.toPrecision(DIGITS)))),
    ]),
  );
  return csvText([HEADER, ...rows]);
}

/** Reads a table that `tableText` has written. @throws Error for another header */
export function parseTable(text: string): readonly TableRun[] {
  const [header, ...lines] = text.trimEnd().split('\n').map(cellsOf);
  if (header.join() !== HEADER.join()) throw new Error(`The table begins with ${header.join()}.`);
  const runs = new Map<string, { contender: string; budget: number | undefined; rows: string[][] }>();
  for (const cells of lines) {
    const [contender, budget, seed] = cells;
    const key = [contender, budget, seed].join('|');
    const run = runs.get(key) ?? { contender, budget: optional(budget), rows: [] };
    run.rows.push(cells);
    runs.set(key, run);
  }
  return [...runs.values()].map(({ contender, budget, rows }) => ({
    contender,
    secondsPerBit: budget,
    series: seriesOf(contender, rows),
  }));
}

function seriesOf(policy: string, lines: readonly (readonly string[])[]): Series {
  let radioSeconds = 0;
  const rows = lines.map(([, , , round, scheduled, delay, , trainLoss, accuracy, testLoss]): SeriesRow => {
    radioSeconds += optional(delay) ?? 0;
    return {
      round: Number(round),
      spent: { ...NOTHING_SPENT, rounds: Number(round), radioSeconds, usd: undefined },
      scheduled: optional(scheduled),
      delaySeconds: optional(delay),
      trainLoss: optional(trainLoss),
      testAccuracy: optional(accuracy),
      testLoss: optional(testLoss),
      averagedHeadAccuracy: undefined,
    };
  });
  const [first] = lines;
  return {
    seed: Number(first[2]),
    policy,
    virtualTime: true,
    budgetSeconds: Number(first[6]),
    chance: lines.flatMap((cells) => optional(cells[10]) ?? []).at(0),
    rows,
  };
}

/** Cells of a line; a cell with a comma is in quotes. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
}

function optional(text: string): number | undefined {
  return text === '' ? undefined : Number(text);
}
