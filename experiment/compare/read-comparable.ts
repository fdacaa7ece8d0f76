import { join } from 'node:path';
import { pointLabel } from '#experiment/plan/point-label.ts';
import { ExperimentFolder, isExperiment, PLAN_FILE } from '#experiment/run/experiment-folder.ts';
import { experimentTasks } from '#experiment/run/experiment-task.ts';
import { runSeries } from '#experiment/series/run-series.ts';
import { studySeries } from '#experiment/series/study-series.ts';
import { usdPerRound } from '#run/cost/run-dollars.ts';
import { readResult } from '#run/output/read-result.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { mergeSettings, type RawSettings, settingsAt } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { isThere } from '#shared/is-there.ts';
import type { RunResult } from '#shared/protocol/run-result.ts';
import { makePoints, shortLabelOf } from '#study/points/points.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { studyTasks } from '#study/run/study-task.ts';
import type { ComparableRun } from './contender.ts';
import { settingsLeaves } from './settings-leaves.ts';

/**
 * Reads the runs in a folder: a finished run, or the finished runs of an experiment or of a study.
 *
 * @throws ConfigError if it holds none of these, or nothing that is finished
 */
export async function readComparable(folder: string): Promise<readonly ComparableRun[]> {
  const result = await readResult(folder);
  if (result !== undefined) return [await comparableRun(result, folder, undefined)];
  if (!(await isThere(join(folder, PLAN_FILE)))) {
    throw new ConfigError('holds no finished run, experiment or study.', {
      subject: folder,
      remedy: 'Name an output folder; airtune run --resume finishes an interrupted run.',
    });
  }
  const runs = (await isExperiment(folder)) ? await runsOfExperiment(folder) : await runsOfStudy(folder);
  if (runs.length > 0) return runs;
  throw new ConfigError('holds no finished run yet.', {
    subject: folder,
    remedy: 'Finish it with --resume.',
  });
}

async function runsOfExperiment(directory: string): Promise<readonly ComparableRun[]> {
  const folder = new ExperimentFolder(directory);
  const plan = await folder.plan();
  const order = new Map(plan.points.map(({ name }, index) => [name, index]));
  const tasks = experimentTasks(plan).toSorted(
    (left, right) => (order.get(left.point.name) ?? 0) - (order.get(right.point.name) ?? 0),
  );
  const runs: ComparableRun[] = [];
  for (const { folder: name, point } of tasks) {
    const result = await readResult(folder.path(name));
    if (result !== undefined) runs.push(await comparableRun(result, directory, pointLabel(point)));
  }
  return runs;
}

async function comparableRun(
  result: RunResult,
  source: string,
  label: string | undefined,
): Promise<ComparableRun> {
  const { config, cloud, plugins, provenance } = result;
  const { seed: _, model, data, ...others } = config;
  const { directory: _model, hub: _hub, ...modelSettings } = model;
  const { directory: _data, ...dataSettings } = data;
  const { modelSha256, dataSha256 } = provenance;
  return {
    source,
    label,
    leaves: settingsLeaves({
      ...withPluginNames(others, plugins),
      model: { sha256: modelSha256, ...modelSettings },
      data: { sha256: dataSha256, ...dataSettings },
      ...(cloud === undefined ? {} : { cloud }),
    }),
    dataSha256,
    series: runSeries(result, await usdPerRound(result)),
  };
}

/** The settings with the names of the plug-ins in place of their files. */
function withPluginNames(settings: RawSettings, plugins: RunResult['plugins']): RawSettings {
  const names = [
    ['scheduling.policy', plugins?.policy],
    ['channel.model', plugins?.channel],
    ['server.optimizer', plugins?.optimizer],
  ] as const;
  return names.reduce(
    (named, [path, plugin]) =>
      plugin === undefined ? named : mergeSettings(named, settingsAt(path, plugin.name)),
    settings,
  );
}

async function runsOfStudy(directory: string): Promise<readonly ComparableRun[]> {
  const folder = new StudyFolder(directory, writeWholeFile);
  const plan = await folder.plan();
  const points = makePoints(plan.settings, plan.sweeps, plan.sweepMode, plan.models, plan.plugins);
  const runs: ComparableRun[] = [];
  for (const task of studyTasks(points, plan.repeats)) {
    const result = await folder.result(task);
    if (result === undefined) continue;
    const { seed: _, ...settings } = task.settings;
    const { varied } = points[task.point];
    runs.push({
      source: directory,
      label: Object.keys(varied).length === 0 ? undefined : shortLabelOf(varied),
      leaves: settingsLeaves(settings),
      dataSha256: undefined,
      series: studySeries(task.settings, result),
    });
  }
  return runs;
}
