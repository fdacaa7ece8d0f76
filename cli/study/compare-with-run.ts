import { comparisonTable } from '#cli/calibrate/comparison-table.ts';
import { readMeasuredRun } from '#cli/calibrate/read-measured-run.ts';
import { givenLayers, mergeLayers, subjectIn } from '#cli/settings/settings-layers.ts';
import { unusedNotice } from '#cli/settings/unused-notice.ts';
import type { Terminal } from '#cli/terminal.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { splitSettings } from '#shared/config/unused-settings.ts';
import { compareStages, predictStages } from '#study/calibration/prediction.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { studySchema } from '#study/settings/study-schema.ts';
import { readModelSizes } from './read-model-sizes.ts';
import type { StudyOptions } from './study-options.ts';

/**
 * Predicts a measured run with the cloud parameters of the options, and compares prediction and measurement.
 * The run's own settings (devices, model, channel, policy, seed) are used, with `--set` over them.
 */
export async function compareWithRun(
  directory: string,
  options: StudyOptions,
  terminal: Terminal,
): Promise<string> {
  const run = await readMeasuredRun(directory);
  const given = await givenLayers({ config: options.config, set: options.set }, []);
  const measured = { origin: directory, settings: run.settings };
  const layers = [
    ...given.filter(({ origin }) => origin !== '--set'),
    measured,
    ...given.filter(({ origin }) => origin === '--set'),
  ];
  const subject = subjectIn(layers);
  const { used, unused } = splitSettings(mergeLayers(layers), studySchema, [runConfigSchema], subject);
  unusedNotice('study', unused, (text) => terminal.stderr.write(text));
  const settings = parseStudy(used, subject, await readModelSizes(used, [], 'grid', terminal));
  const comparison = compareStages(predictStages(settings, run.rounds), run.stageSeconds);
  return `${run.name} on ${run.target}, mean of ${run.rounds.length} rounds:\n\n${comparisonTable(comparison)}`;
}
