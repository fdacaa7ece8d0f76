import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { paragraph } from '#cli/print/paragraph.ts';
import { type ProgressOutput, progressLines } from '#cli/print/progress-lines.ts';
import { printTable } from '#cli/print/table.ts';
import { printWidth } from '#cli/print/width.ts';
import { givenLayers, mergeLayers } from '#cli/settings/settings-layers.ts';
import { parseSeeds } from '#experiment/plan/seeds.ts';
import { planningExperiment } from '#experiment/planning/planning-experiment.ts';
import type { PlanningPreset } from '#experiment/presets/planning-figure.ts';
import { planningContent } from '#experiment/report/planning-content.ts';
import { fixed } from '#report/page/decimals.ts';
import { REPORT_FILE, writeReport } from '#report/write-report.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { requireNewFolder } from '#shared/cloud/file/require-new-folder.ts';
import { mergeSettings, type RawSettings } from '#shared/config/merge-settings.ts';
import { ConfigError, InterruptedError } from '#shared/errors.ts';
import type { PlanningResult } from '#shared/protocol/planning-result.ts';
import type { ExperimentOptions } from './experiment-options.ts';

/** Options that planning times take. */
const OPTIONS: readonly (keyof ExperimentOptions)[] = [
  'preset',
  'quick',
  'seeds',
  'devices',
  'rounds',
  'set',
  'config',
  'out',
  'json',
  'target',
];

/**
 * Times planning as a preset says, writes planning.csv, planning.json and the report, and returns the table.
 */
export async function planningCommand(
  preset: PlanningPreset,
  options: ExperimentOptions,
  shown: ProgressOutput,
  signal: AbortSignal,
): Promise<string> {
  const idle = Object.entries(options).find(
    ([name, value]) => value !== undefined && !OPTIONS.some((known) => known === name),
  );
  if (idle !== undefined) {
    throw new ConfigError('has no effect on an experiment that times planning.', {
      subject: `--${idle[0]}`,
      remedy: 'Leave it out.',
    });
  }
  const plan = options.quick ? preset.quick : preset.full;
  const layers = await givenLayers({ config: options.config, set: options.set }, []);
  const short = { training: { ...numberOption('devices', options), ...numberOption('rounds', options) } };
  const settings = [short, mergeLayers(layers)].reduce<RawSettings>(mergeSettings, plan.settings);
  const seeds = options.seeds === undefined ? plan.seeds : parseSeeds(options.seeds, '--seeds');
  const directory = options.out ?? 'experiment-out';
  await requireNewFolder(directory, 'Choose another folder with --out.');
  const lines = progressLines(shown);
  try {
    const { result, csv } = await planningExperiment(
      { ...plan, settings, seeds },
      () => performance.now(),
      async (done, all) => {
        lines.activity(`planned ${done} of ${all} runs`);
        await setImmediate();
        if (signal.aborted) throw new InterruptedError('stopped; nothing is written.');
      },
    );
    await writeWholeFile(join(directory, 'planning.csv'), csv);
    await writeWholeFile(join(directory, 'planning.json'), `${JSON.stringify(result, null, 2)}\n`);
    await writeReport(directory, planningContent(result), writeWholeFile);
    lines.end();
    if (options.json) return JSON.stringify(result);
    const width = printWidth(process.stdout, process.env);
    const notes = result.notes.map((note) => paragraph(note, width));
    return [
      result.title,
      '',
      planningTable(result, width),
      '',
      ...notes,
      '',
      `report  ${join(directory, REPORT_FILE)}`,
    ].join('\n');
  } finally {
    lines.end();
  }
}

function numberOption(name: 'devices' | 'rounds', options: ExperimentOptions): RawSettings {
  const text = options[name];
  return text === undefined ? {} : { [name]: Number(text) };
}

function planningTable({ cells }: PlanningResult, width: number): string {
  const microseconds = (seconds: number): string => fixed(1e6 * seconds, 1);
  return printTable({
    columns: [
      { title: 'contender', align: 'left' },
      { title: 'budget s/bit', align: 'right' },
      { title: 'devices', align: 'right', dropOrder: 1 },
      { title: 'mean us', align: 'right' },
      { title: 'quartiles us', align: 'right' },
      { title: 'longest us', align: 'right', dropOrder: 0 },
    ],
    rows: cells.map(({ contender, secondsPerBit, meanScheduled, planningSeconds: time }) => [
      contender,
      String(secondsPerBit),
      fixed(meanScheduled, 1),
      microseconds(time.mean),
      `${microseconds(time.lowerQuartile)} to ${microseconds(time.upperQuartile)}`,
      microseconds(time.most),
    ]),
    width,
  });
}
