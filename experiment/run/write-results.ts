import { type FinishedSeries, roundsCsv, timesCsv } from '#experiment/output/rounds-csv.ts';
import { type RunOutcome, summariseExperiment } from '#experiment/output/summarise.ts';
import { experimentContent } from '#experiment/report/experiment-content.ts';
import { type RunSeries, runSeries } from '#experiment/series/run-series.ts';
import type { ReportContent } from '#report/content/report-content.ts';
import { writeReport } from '#report/write-report.ts';
import { usdPerRound } from '#run/cost/run-dollars.ts';
import { readResult } from '#run/output/read-result.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import type {
  ExperimentPlan,
  ExperimentPoint,
  ExperimentResult,
} from '#shared/protocol/experiment-result.ts';
import { EXPERIMENT_FILE, type ExperimentFolder } from './experiment-folder.ts';
import { type ExperimentTask, experimentTasks } from './experiment-task.ts';

/** Why a run has no result. */
export interface RunFailure {
  readonly task: Pick<ExperimentTask, 'folder'>;
  readonly exitCode: number | null;
  readonly message: string;
}

/** The state of an experiment's runs. */
interface Outcomes {
  /** By the name of the point. */
  readonly outcomes: ReadonlyMap<string, readonly RunOutcome[]>;
  /** Series of the finished runs, point by point. */
  readonly finished: readonly FinishedSeries[];
  /** Runs that have neither finished nor failed. */
  readonly open: readonly ExperimentTask[];
}

/**
 * Writes the results of an experiment from the output folders of its runs: experiment.json, rounds.csv,
 * times.csv and report.html. Runs without a result are recorded as failed.
 */
export async function writeExperiment(
  folder: ExperimentFolder,
  plan: ExperimentPlan,
  failed: readonly RunFailure[],
): Promise<ExperimentResult> {
  const known = await readOutcomes(folder, plan, failed);
  const missing = known.open.map((task) => ({ task, exitCode: null, message: 'has no result.' }));
  return missing.length === 0
    ? writeKnown(folder, plan, known)
    : writeKnown(folder, plan, await readOutcomes(folder, plan, [...failed, ...missing]));
}

/**
 * Makes the report anew from the output folders. While runs are missing it is the report of the others, and
 * no other file is written.
 */
export async function rebuildReport(folder: ExperimentFolder, plan: ExperimentPlan): Promise<void> {
  const known = await readOutcomes(folder, plan, await storedFailures(folder));
  if (known.open.length === 0) await writeKnown(folder, plan, known);
  else await writeReport(folder.directory, contentOf(plan, known), writeWholeFile);
}

/** The report of the runs that have ended. */
export async function contentSoFar(
  folder: ExperimentFolder,
  plan: ExperimentPlan,
  failed: readonly RunFailure[],
): Promise<ReportContent> {
  return contentOf(plan, await readOutcomes(folder, plan, failed));
}

async function readOutcomes(
  folder: ExperimentFolder,
  plan: ExperimentPlan,
  failed: readonly RunFailure[],
): Promise<Outcomes> {
  const outcomes = new Map<string, RunOutcome[]>(plan.points.map(({ name }) => [name, []]));
  const series = new Map<string, FinishedSeries[]>(plan.points.map(({ name }) => [name, []]));
  const open: ExperimentTask[] = [];
  for (const task of experimentTasks(plan)) {
    const { point, seed, folder: name } = task;
    const result = await readResult(folder.path(name));
    if (result !== undefined) {
      const own = runSeries(result, await usdPerRound(result));
      outcomes.get(point.name)?.push({ seed, folder: name, series: own });
      series.get(point.name)?.push({ point, series: own });
      continue;
    }
    const failure = failed.find((one) => one.task.folder === name);
    if (failure === undefined) open.push(task);
    else {
      const { exitCode, message } = failure;
      outcomes.get(point.name)?.push({ seed, folder: name, exitCode, message });
    }
  }
  return { outcomes, finished: [...series.values()].flat(), open };
}

async function writeKnown(
  folder: ExperimentFolder,
  plan: ExperimentPlan,
  known: Outcomes,
): Promise<ExperimentResult> {
  const summary = summaryOf(plan, known);
  await folder.write('rounds.csv', roundsCsv(plan, known.finished));
  await folder.write('times.csv', timesCsv(known.finished));
  await folder.write(EXPERIMENT_FILE, `${JSON.stringify(summary, null, 2)}\n`);
  await writeReport(folder.directory, contentOf(plan, known), writeWholeFile);
  return summary;
}

function summaryOf(plan: ExperimentPlan, { outcomes }: Outcomes): ExperimentResult {
  return summariseExperiment(plan, ({ name }) => outcomes.get(name) ?? []);
}

function contentOf(plan: ExperimentPlan, known: Outcomes): ReportContent {
  const seriesOf = (point: ExperimentPoint): readonly RunSeries[] =>
    known.finished.filter((one) => one.point === point).map(({ series }) => series);
  return experimentContent(summaryOf(plan, known), seriesOf, known.open.length);
}

/** The failures that the last call of the experiment has recorded. */
async function storedFailures(folder: ExperimentFolder): Promise<readonly RunFailure[]> {
  const stored = await folder.result();
  return (stored?.points ?? []).flatMap(({ runs }) =>
    runs.flatMap((run) =>
      run.status === 'failed'
        ? [{ task: { folder: run.folder }, exitCode: run.exitCode, message: run.message }]
        : [],
    ),
  );
}
