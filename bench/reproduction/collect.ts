import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveExperiment } from '#cli/experiment/resolve-experiment.ts';
import { contendersOf } from '#experiment/compare/contender.ts';
import { readComparable } from '#experiment/compare/read-comparable.ts';
import { differingSettings, settingsLeaves } from '#experiment/compare/settings-leaves.ts';
import type { ExperimentPoint } from '#shared/protocol/experiment-result.ts';
import { PANELS } from './panels.ts';
import { type TableRun, tableText } from './result-table.ts';

/**
 * Collects finished runs into the committed table of a figure's panel. The folders are those of an
 * experiment, or of single runs made in any way: each run is matched with the point of the preset whose
 * settings it has, and a run whose settings differ from all points is refused with what differs.
 *
 *     npx node bench/reproduction/collect.ts figure-3-sst2 --model DIR --data DIR FOLDER...
 *     npx node bench/reproduction/collect.ts figure-3-quick FOLDER
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string' }, data: { type: 'string' } },
});
const [name, ...folders] = positionals;
const panel = PANELS.find((one) => one.table === name);
if (panel === undefined || folders.length === 0) {
  throw new Error(`Name one of ${PANELS.map(({ table }) => table).join(', ')}, and folders of runs.`);
}
const options = {
  preset: [panel.preset],
  quick: panel.quick,
  target: 'embedded',
  ...(panel.variant === undefined ? {} : { variants: panel.variant }),
  ...(values.model === undefined ? {} : { model: values.model }),
  ...(values.data === undefined ? {} : { data: values.data }),
};
const { plan } = await resolveExperiment(undefined, options, process);

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
      const { contender, varied } = match.point;
      const budget = varied['scheduling.delayBudget.secondsPerBit'];
      runs.push({
        contender: contender ?? match.point.name,
        secondsPerBit: typeof budget === 'number' ? budget : undefined,
        series,
      });
    }
  }
}
const order = plan.points.map(({ contender }) => contender);
runs.sort(
  (left, right) =>
    order.indexOf(left.contender) - order.indexOf(right.contender) ||
    (left.secondsPerBit ?? 0) - (right.secondsPerBit ?? 0) ||
    left.series.seed - right.series.seed,
);
const docs = join(import.meta.dirname, '../../docs/reproduction');
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, `${name}.csv`), tableText(runs));
console.log(`${runs.length} runs in docs/reproduction/${name}.csv`);
