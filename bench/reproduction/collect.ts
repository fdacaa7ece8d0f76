import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { resolveExperiment } from '#cli/experiment/resolve-experiment.ts';
import { contendersOf } from '#experiment/compare/contender.ts';
import { readComparable } from '#experiment/compare/read-comparable.ts';
import { differingSettings, settingsLeaves } from '#experiment/compare/settings-leaves.ts';
import type { ExperimentPlan, ExperimentPoint } from '#shared/protocol/experiment-result.ts';
import { PANELS } from './panels.ts';
import { parseTable, type TableRun, tableText } from './result-table.ts';

/**
 * Collects finished runs into the committed table of a figure's panel. The folders are those of an
 * experiment, or of single runs made in any way: each run is matched with the point of the preset whose
 * settings it has, and a run whose settings differ from all points is refused with what differs. With
 * `--table`, a committed table is used too, the panel's own or another one: of its runs, those whose points
 * have the settings of a point of this panel.
 *
 *     npx node bench/reproduction/collect.ts figure-3-sst2 --model DIR --data DIR FOLDER...
 *     npx node bench/reproduction/collect.ts figure-3-quick FOLDER
 *
 * `--table figure-3-sst2` adds seeds to that table; figure 5 is made with `--table figure-4-cifar10`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string' }, data: { type: 'string' }, table: { type: 'string' } },
});
const DOCS = join(import.meta.dirname, '../../docs/reproduction');
const [name, ...folders] = positionals;
const plan = await planOf(name);
if (folders.length === 0) throw new Error('Name folders of runs.');

/** The points of a panel, with complete settings. */
async function planOf(table: string): Promise<ExperimentPlan> {
  const panel = PANELS.find((one) => one.table === table);
  if (panel === undefined) throw new Error(`Name one of ${PANELS.map((one) => one.table).join(', ')}.`);
  const options = {
    preset: [panel.preset],
    quick: panel.quick,
    target: 'embedded',
    ...(panel.variant === undefined ? {} : { variants: panel.variant }),
    ...(values.model === undefined ? {} : { model: values.model }),
    ...(values.data === undefined ? {} : { data: values.data }),
  };
  return (await resolveExperiment(undefined, options, process)).plan;
}

/**
 * Settings that decide nothing in a table: the cloud, which only decides times, places, and how results are
 * measured in between.
 */
const FREE =
  /^(cloud\.|seed|model\.(directory|hub|sha256)|data\.(directory|sha256)|training\.evaluateEvery|server\.activationBudgetMiB)/;

function differences(point: ExperimentPoint, leaves: ReturnType<typeof settingsLeaves>): readonly string[] {
  const own = settingsLeaves(point.settings);
  return differingSettings([own, leaves])
    .filter(({ path }) => !FREE.test(path))
    .map(
      ({ path, values: [wanted, found] }) =>
        `${path} (${JSON.stringify(found)}, not ${JSON.stringify(wanted)})`,
    );
}

/** Where the runs of a point stand in the table. */
function placeOf({ contender, name: pointName, varied }: ExperimentPoint): Omit<TableRun, 'series'> {
  const budget = varied['scheduling.delayBudget.secondsPerBit'];
  return {
    contender: contender ?? pointName,
    secondsPerBit: typeof budget === 'number' ? budget : undefined,
  };
}

/** The runs of another panel's table whose points have the settings of a point of this panel. */
async function runsOfTable(table: string): Promise<readonly TableRun[]> {
  const { points } = await planOf(table);
  const committed = parseTable(readFileSync(join(DOCS, `${table}.csv`), 'utf8'));
  return committed.flatMap(({ series, ...place }) => {
    const source = points.find((point) => isDeepStrictEqual(placeOf(point), place));
    if (source === undefined) throw new Error(`${table} has runs of ${place.contender}, which has no point.`);
    const leaves = settingsLeaves(source.settings);
    const match = plan.points.find((point) => differences(point, leaves).length === 0);
    return match === undefined ? [] : [{ ...placeOf(match), series }];
  });
}

const runs: TableRun[] = [];
for (const folder of folders) {
  for (const { runs: found } of contendersOf(await readComparable(folder))) {
    for (const { leaves, series, source } of found) {
      const matches = plan.points.map((point) => ({ point, differing: differences(point, leaves) }));
      const match = matches.find(({ differing }) => differing.length === 0);
      if (match === undefined) {
        const [nearest] = matches.toSorted((left, right) => left.differing.length - right.differing.length);
        throw new Error(`${source} differs from ${nearest.point.name} in ${nearest.differing.join(', ')}.`);
      }
      runs.push({ ...placeOf(match.point), series });
    }
  }
}
if (values.table !== undefined) runs.push(...(await runsOfTable(values.table)));
const seen = new Set<string>();
for (const { contender, secondsPerBit, series } of runs) {
  const key = `${contender}${secondsPerBit === undefined ? '' : ` at ${secondsPerBit}`}, seed ${series.seed}`;
  if (seen.has(key)) throw new Error(`${key} is there twice.`);
  seen.add(key);
}
const order = plan.points.map(({ contender }) => contender);
runs.sort(
  (left, right) =>
    order.indexOf(left.contender) - order.indexOf(right.contender) ||
    (left.secondsPerBit ?? 0) - (right.secondsPerBit ?? 0) ||
    left.series.seed - right.series.seed,
);
mkdirSync(DOCS, { recursive: true });
writeFileSync(join(DOCS, `${name}.csv`), tableText(runs));
console.log(`${runs.length} runs in docs/reproduction/${name}.csv`);
