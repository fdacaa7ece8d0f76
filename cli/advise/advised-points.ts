import { join } from 'node:path';
import { readMeasuredRun } from '#cli/calibrate/read-measured-run.ts';
import {
  givenLayers,
  mergeLayers,
  originOf,
  type SettingsLayer,
  subjectIn,
} from '#cli/settings/settings-layers.ts';
import { readModelSizes } from '#cli/study/read-model-sizes.ts';
import { resolveStudy, type StudyOptions } from '#cli/study/study-options.ts';
import type { Terminal } from '#cli/terminal.ts';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { readResult } from '#run/output/read-result.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { valueAt } from '#shared/config/merge-settings.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { splitSettings } from '#shared/config/unused-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { isThere } from '#shared/is-there.ts';
import { calibrate } from '#study/calibration/calibrate.ts';
import { makePoints, type StudyPoint } from '#study/points/points.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { studySchema } from '#study/settings/study-schema.ts';

/** Points to advise on, and the number of seeds that their study has. */
export interface AdvisedStudy {
  readonly points: readonly StudyPoint[];
  readonly seeds: number;
}

/**
 * The points to advise on: the points of a study's folder, of a preset or options of a study, or one point
 * for a finished run. Settings given beside a folder replace its own. A run on the virtual cloud has that
 * cloud; for another one the cloud is taken from `--config`, or fitted to the run.
 *
 * @throws ConfigError if the folder holds neither a study nor a finished run, or a given setting has no
 *   effect
 */
export async function advisedPoints(
  folder: string | undefined,
  options: StudyOptions,
  terminal: Terminal,
): Promise<AdvisedStudy> {
  if (folder === undefined) {
    const { plan } = await resolveStudy(options, terminal);
    const points = makePoints(plan.settings, plan.sweeps, plan.sweepMode, plan.models, plan.plugins);
    return { points, seeds: plan.repeats };
  }
  if (await isThere(join(folder, 'result.json')))
    return { points: [await pointOfRun(folder, options, terminal)], seeds: 1 };
  if (await isThere(join(folder, 'plan.json'))) {
    const plan = await new StudyFolder(folder, writeWholeFile).plan();
    const given = await givenLayers({ config: options.config, set: options.set }, []);
    refuseSwept(given, plan.sweeps, folder);
    const settings = mergeLayers([{ origin: folder, settings: plan.settings }, ...given]);
    const models = await readModelSizes(settings, plan.sweeps, plan.sweepMode, terminal, plan.models);
    const points = makePoints(settings, plan.sweeps, plan.sweepMode, models, plan.plugins);
    return { points, seeds: plan.repeats };
  }
  throw new ConfigError('holds neither a study nor a finished run.', {
    subject: folder,
    remedy: 'Name the output folder of one, or leave it out and use --preset.',
  });
}

/** Refuses a given setting that the sweeps of a study's folder replace in every point. */
function refuseSwept(
  given: readonly SettingsLayer[],
  sweeps: readonly { readonly path: string }[],
  folder: string,
): void {
  const settings = mergeLayers(given);
  const swept = sweeps.find(({ path }) => valueAt(settings, path) !== undefined);
  if (swept === undefined) return;
  throw new ConfigError(`${swept.path} is swept in ${folder}.`, {
    subject: originOf(given, swept.path) ?? 'settings',
    remedy: 'Leave it out, or do the study again with other values.',
  });
}

async function pointOfRun(folder: string, options: StudyOptions, terminal: Terminal): Promise<StudyPoint> {
  const run = await readMeasuredRun(folder);
  const given = await givenLayers({ config: options.config, set: options.set }, []);
  const named = given.some(({ settings }) => settings.cloud !== undefined);
  const result = await readResult(folder);
  const fitted = named ? {} : { cloud: result?.cloud ?? calibrate(run, cloudParameters.parse({})).cloud };
  const layers = [{ origin: folder, settings: { ...run.settings, ...fitted } }, ...given];
  const subject = subjectIn(layers);
  const { used } = splitSettings(mergeLayers(layers), studySchema, [runConfigSchema], subject);
  return {
    index: 0,
    varied: {},
    plugins: { policy: result?.plugins?.policy, channel: result?.plugins?.channel },
    settings: parseStudy(used, subject, await readModelSizes(used, [], 'grid', terminal)),
  };
}
