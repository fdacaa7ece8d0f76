import { type FinishedSeries, roundsCsv, timesCsv } from '#experiment/output/rounds-csv.ts';
import { type RunOutcome, summariseExperiment } from '#experiment/output/summarise.ts';
import { runSeries } from '#experiment/series/run-series.ts';
import { usdPerRound } from '#run/cost/run-dollars.ts';
import { readResult } from '#run/output/read-result.ts';
import type { ExperimentPlan, ExperimentResult } from '#shared/protocol/experiment-result.ts';
import type { FailedRun } from './execute-experiment.ts';
import { EXPERIMENT_FILE, type ExperimentFolder } from './experiment-folder.ts';
import { experimentTasks } from './experiment-task.ts';

/**
 * Writes the results of an experiment from the output folders of its runs: experiment.json, rounds.csv and
 * times.csv. A run without a result counts as failed.
 */
export async function writeExperiment(
  folder: ExperimentFolder,
  plan: ExperimentPlan,
  failed: readonly FailedRun[],
): Promise<ExperimentResult> {
  const outcomes = new Map<string, RunOutcome[]>(plan.points.map(({ name }) => [name, []]));
  const finished: FinishedSeries[] = [];
  for (const { point, seed, folder: name } of experimentTasks(plan)) {
    const result = await readResult(folder.path(name));
    if (result === undefined) {
      const failure = failed.find(({ task }) => task.folder === name);
      const exitCode = failure?.exitCode ?? null;
      const message = failure?.message ?? 'has no result.';
      outcomes.get(point.name)?.push({ seed, folder: name, exitCode, message });
      continue;
    }
    const series = runSeries(result, await usdPerRound(result));
    outcomes.get(point.name)?.push({ seed, folder: name, series });
    finished.push({ point, series });
  }
  const order = new Map(plan.points.map(({ name }, index) => [name, index]));
  const byPoint = finished.toSorted(
    (left, right) => (order.get(left.point.name) ?? 0) - (order.get(right.point.name) ?? 0),
  );
  const summary = summariseExperiment(plan, ({ name }) => outcomes.get(name) ?? []);
  await folder.write('rounds.csv', roundsCsv(plan, byPoint));
  await folder.write('times.csv', timesCsv(byPoint));
  await folder.write(EXPERIMENT_FILE, `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}
