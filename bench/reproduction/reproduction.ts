import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notesOf } from '#experiment/presets/experiment-preset.ts';
import { EXPERIMENT_PRESETS } from '#experiment/presets/registry.ts';
import { planningFigure } from '#experiment/report/planning-content.ts';
import { type PlanningResult, planningResultSchema } from '#shared/protocol/planning-result.ts';
import { budgetFindings, planningFindings } from './budget-statements.ts';
import { curveFindings, smoothnessFinding } from './curve-statements.ts';
import { figureSvg } from './figure-svg.ts';
import { type Finding, notRun } from './finding.ts';
import { findingsTables, resultTable } from './markdown-tables.ts';
import { chanceOf, OVERFITTED, overfittedRuns, type PanelData } from './panel-data.ts';
import { panelFigures } from './panel-figures.ts';
import { PANELS, type Panel, PLANNING_TABLE } from './panels.ts';
import { parseTable } from './result-table.ts';
import { seedsText } from './seeds-text.ts';

/**
 * Writes docs/reproduction.md and its figures from the committed tables in docs/reproduction/: the paper's
 * figures, and its statements with this project's figures, intervals and verdicts.
 *
 *     npx node bench/reproduction/reproduction.ts
 *
 * With `--check` it writes nothing, and fails if a committed file differs from the new text.
 */
const DOCS = join(import.meta.dirname, '../../docs');
const FOLDER = join(DOCS, 'reproduction');

const isCheck = process.argv.includes('--check');
const panels = PANELS.map((panel) => ({ panel, data: readPanel(panel) }));
const planning = readPlanning();
const images = new Map<string, readonly string[]>();
for (const { panel, data } of panels) if (data !== undefined) images.set(panel.table, writeFigures(data));
if (planning !== undefined) {
  images.set(PLANNING_TABLE, [writeSvg(PLANNING_TABLE, figureSvg(planningFigure(planning)))]);
}
write(join(DOCS, 'reproduction.md'), page());
console.log(isCheck ? 'docs/reproduction.md is up to date' : 'Written: docs/reproduction.md and its figures');

/** Writes a file; with `--check` compares it with the existing file. @throws Error when they differ */
function write(path: string, text: string): void {
  if (!isCheck) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    throw new Error(`${path} differs from its tables. Run bench/reproduction/reproduction.ts.`);
  }
}

function readPanel(panel: Panel): PanelData | undefined {
  const path = join(FOLDER, `${panel.table}.csv`);
  return existsSync(path) ? { panel, runs: parseTable(readFileSync(path, 'utf8')) } : undefined;
}

function readPlanning(): PlanningResult | undefined {
  const path = join(FOLDER, `${PLANNING_TABLE}.json`);
  return existsSync(path) ? planningResultSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}

/** Writes the charts of a panel, and returns the names of their files. */
function writeFigures(data: PanelData): readonly string[] {
  return panelFigures(data).map((figure) => writeSvg(figure.id, figureSvg(figure)));
}

function writeSvg(name: string, svg: string): string {
  write(join(FOLDER, `${name}.svg`), svg);
  return `${name}.svg`;
}

function findings(): readonly Finding[] {
  const of = (table: string): PanelData | undefined =>
    panels.find(({ panel }) => panel.table === table)?.data;
  const curvePanels = panels.filter(
    ({ panel }) => panel.preset === 'figure-3' || panel.preset === 'figure-4',
  );
  const budgetPanels = panels.filter(({ panel }) => panel.preset === 'figure-5');
  return [
    ...curvePanels.flatMap(({ panel, data }) =>
      data === undefined ? [notRun('All statements on curves.', panel.title)] : curveFindings(data),
    ),
    smoothnessFinding(of('figure-3-sst2'), of('figure-4-cifar10')),
    smoothnessFinding(of('figure-3-quick'), of('figure-4-quick')),
    ...budgetPanels.flatMap(({ panel, data }) =>
      data === undefined
        ? [notRun('All statements on the delay budget.', panel.title)]
        : budgetFindings(data),
    ),
    ...(planning === undefined
      ? [notRun('The mean time to plan a round rises with the delay budget.', 'figure 6')]
      : planningFindings(planning)),
  ];
}

function panelText({ panel, data }: { readonly panel: Panel; readonly data: PanelData | undefined }): string {
  const preset = EXPERIMENT_PRESETS[panel.preset];
  const form = panel.quick ? preset.quick : preset.full;
  const variants = form.variants.filter(({ name }) => name === panel.variant);
  const notes = notesOf(form, variants)
    .map((note) => `- ${note}`)
    .join('\n');
  const head = `### ${panel.title.charAt(0).toUpperCase()}${panel.title.slice(1)}\n\n\`\`\`sh\n${panel.command}\n\`\`\`\n\n${notes}`;
  if (data === undefined) return `${head}\n\n**Not run.**`;
  const rounds = Math.max(...data.runs.map(({ series }) => series.rows.length - 1));
  const pictures = (images.get(panel.table) ?? [])
    .map((name) => `![${name.replace('.svg', '').replaceAll('-', ' ')}](reproduction/${name})`)
    .join('\n');
  return `${head}\n\n${seedsText(data)}; ${rounds} rounds; [table](reproduction/${panel.table}.csv).${chanceText(data)}\n\n${resultTable(data)}${overfittingText(data)}\n\n${pictures}`;
}

/** A sentence on what guessing would reach. */
function chanceText(data: PanelData): string {
  const share = chanceOf(data);
  return share === undefined
    ? ''
    : ` Guessing the most frequent label of the test examples is right in ${(100 * share).toFixed(1)} %.`;
}

/** A paragraph on runs that overfit; empty where at most a quarter of the runs do. */
function overfittingText(data: PanelData): string {
  const count = overfittedRuns(data).length;
  if (4 * count <= data.runs.length) return '';
  return `\n\n**Overfitting.** In ${count} of ${data.runs.length} runs the test loss of the last test is at least ${100 * OVERFITTED} % above that of an earlier one. Accuracy after the last round then depends on when a run stops, and a scheme that trains faster may end lower; the best tested accuracy depends on it less.`;
}

function planningText(): string {
  const head =
    '### Figure 6: time to plan a round\n\n```sh\nnpx airtune experiment --preset figure-6 --out out/figure-6\n```';
  if (planning === undefined) return `${head}\n\n**Not run.**`;
  const notes = planning.notes.map((note) => `- ${note}`).join('\n');
  return `${head}\n\n${notes}\n\n${planning.devices} devices, ${planning.rounds} rounds, ${planning.seeds.length} seeds; [table](reproduction/${PLANNING_TABLE}.json).\n\n![time to plan a round](reproduction/${PLANNING_TABLE}.svg)`;
}

function page(): string {
  return `# The paper's figures, reproduced

Written by \`npx node bench/reproduction/reproduction.ts\` from the tables in \`docs/reproduction/\`, which \`bench/reproduction/collect.ts\` makes from output folders of runs.
The paper is ["Federated Fine-Tuning for Pre-Trained Foundation Models Over Wireless Networks"](https://arxiv.org/abs/2407.02924). Its text lacks its numbers, and its models are
larger, so statements are compared, not values.

Figures are means over seeds; in brackets the 95 % bootstrap interval of the mean ([how](experiments.md#results)). Differences are paired by seed: the same data split, channel and
mini-batches. A statement **holds** if the interval of every difference that it names is above 0; it **holds in part** if only some are, and **does not hold** if none is. An
interval that holds 0 shows no difference in either direction. With three seeds an interval is the range of the three differences, which holds the true mean in about three of four cases: more seeds may turn a verdict. Test accuracy is that after the last round; "best tested" is the best of a run's tests.

## Statements

${findingsTables(findings())}

## Runs

${panels.map(panelText).join('\n\n')}

${planningText()}
`;
}
