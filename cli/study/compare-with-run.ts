import { comparisonTable } from '#cli/calibrate/comparison-table.ts';
import { readMeasuredRun } from '#cli/calibrate/read-measured-run.ts';
import { mergeSettings, type RawSettings } from '#shared/config/merge-settings.ts';
import { parseAssignment, readSettingsFile } from '#cli/settings/read-settings.ts';
import { compareStages, predictStages } from '#study/calibration/prediction.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import type { StudyOptions } from './study-options.ts';

/**
 * Predicts a measured run with the cloud that the options give, and lays prediction and measurement side by side. What the run
 * itself says (devices, model, channel, policy, seed) is taken from it; `--set` has the last word.
 */
export async function compareWithRun(directory: string, { config, set }: StudyOptions): Promise<string> {
  const run = await readMeasuredRun(directory);
  const layers: RawSettings[] = config === undefined ? [] : [await readSettingsFile(config)];
  layers.push(run.settings, ...(set ?? []).map(parseAssignment));
  const settings = parseStudy(layers.reduce(mergeSettings, {}), 'settings');
  const comparison = compareStages(predictStages(settings, run.rounds), run.stageSeconds);
  return `${run.name} on ${run.target}, mean of ${run.rounds.length} rounds:\n\n${comparisonTable(comparison)}`;
}
