import { join } from 'node:path';
import { readResult } from '#run/output/read-result.ts';
import { EXIT_CODES, InterruptedError } from '#shared/errors.ts';
import { isThere } from '#shared/is-there.ts';
import type { ExperimentPlan } from '#shared/protocol/experiment-result.ts';
import type { ExperimentFolder } from './experiment-folder.ts';
import { type ExperimentTask, experimentTasks, settingsOf } from './experiment-task.ts';
import type { JobLimits } from './job-limits.ts';
import { MetricsFollower } from './metrics-follower.ts';
import { type AirtuneCommand, type RunEnd, runProcess } from './run-process.ts';
import type { RunFailure } from './write-results.ts';

/** A run that failed. */
export interface FailedRun extends RunFailure {
  readonly task: ExperimentTask;
}

/** Displays the progress of an experiment. */
export interface ExperimentProgress {
  /** Called once, with the numbers of all runs and rounds, and of those that earlier calls have done. */
  begin(runs: number, rounds: number, doneRuns: number, doneRounds: number): void;
  started(task: ExperimentTask): void;
  /** A running run has finished this many rounds. */
  rounds(task: ExperimentTask, rounds: number): void;
  finished(task: ExperimentTask): void;
  failed(run: FailedRun): void;
  end(): void;
}

export interface ExecuteExperiment {
  readonly folder: ExperimentFolder;
  readonly plan: ExperimentPlan;
  readonly limits: JobLimits;
  readonly command: AirtuneCommand;
  /**
   * Whether an interrupted run continues where it stopped. Otherwise it starts over, so that its virtual
   * times equal those of an uninterrupted run. Runs on the hosts `wire` and `deployed` always continue.
   */
  readonly continueRuns: boolean;
  readonly progress: ExperimentProgress;
  /** Called when a run has ended, with all that failed so far. */
  readonly ended?: (failed: readonly FailedRun[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** How often the rounds of running runs are counted [ms]. */
const COUNT_MS = 500;

/**
 * Executes the missing runs, several at once, each by `airtune run` in its own process. A failed run does not
 * stop the others. Finished runs of an earlier call are kept; failed ones are tried again.
 *
 * @returns the runs that failed
 * @throws InterruptedError when the signal aborts; every finished run is kept
 */
export async function executeExperiment(execution: ExecuteExperiment): Promise<readonly FailedRun[]> {
  const { folder, plan, limits, progress, signal } = execution;
  const tasks = experimentTasks(plan);
  const missing: ExperimentTask[] = [];
  for (const task of tasks) if (!(await isFinished(folder, task))) missing.push(task);
  const roundsOf = (some: readonly ExperimentTask[]) => some.reduce((sum, { rounds }) => sum + rounds, 0);
  progress.begin(
    tasks.length,
    roundsOf(tasks),
    tasks.length - missing.length,
    roundsOf(tasks) - roundsOf(missing),
  );
  const failed: FailedRun[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < missing.length && !signal.aborted) {
      const task = missing[next++];
      const failure = await runTask(execution, task);
      if (failure !== undefined) failed.push(failure);
      await execution.ended?.(failed);
    }
  };
  try {
    await Promise.all(Array.from({ length: limits.jobs }, work));
  } finally {
    progress.end();
  }
  if (signal.aborted) {
    let kept = 0;
    for (const task of tasks) if (await isFinished(folder, task)) kept++;
    if (kept < tasks.length) throw stopped(folder, kept, tasks.length);
  }
  return failed;
}

/** Executes one run. Returns its failure; undefined if it is finished or was stopped by the signal. */
async function runTask(execution: ExecuteExperiment, task: ExperimentTask): Promise<FailedRun | undefined> {
  const { folder, progress, signal } = execution;
  progress.started(task);
  const follower = new MetricsFollower(folder.path(join(task.folder, 'metrics.jsonl')));
  const count = async (): Promise<void> => {
    const rounds = await follower.rounds().catch(() => undefined);
    if (rounds !== undefined) progress.rounds(task, rounds);
  };
  const timer = setInterval(count, COUNT_MS);
  let end: RunEnd;
  try {
    end = await runOrResume(execution, task);
  } finally {
    clearInterval(timer);
  }
  if (end.exitCode === 0 && (await isFinished(folder, task))) {
    progress.finished(task);
    return undefined;
  }
  if (signal.aborted) return undefined;
  const message = end.message === '' ? endedHow(end) : end.message;
  const failure = { task, exitCode: end.exitCode, message };
  progress.failed(failure);
  return failure;
}

async function runOrResume(execution: ExecuteExperiment, task: ExperimentTask): Promise<RunEnd> {
  const { folder, plan, continueRuns, signal } = execution;
  const resumes = continueRuns || plan.host.target !== 'embedded';
  if (resumes && (await isThere(folder.path(join(task.folder, 'run.json'))))) {
    await folder.waitForRun(task.folder);
    const end = await runProcess(execution.command, resumeArguments(execution, task), signal);
    // A run that was killed before it was prepared cannot be resumed.
    if (end.exitCode !== EXIT_CODES.config) return end;
  }
  await folder.prepareRun(task.folder);
  await folder.write(settingsFile(task), `${JSON.stringify(settingsOf(task), null, 2)}\n`);
  return runProcess(execution.command, newArguments(execution, task), signal);
}

function newArguments({ folder, plan, limits }: ExecuteExperiment, task: ExperimentTask): readonly string[] {
  const { target, endpoint, deployment, region } = plan.host;
  const option = (name: string, value: string | undefined) => (value === undefined ? [] : [name, value]);
  return [
    ...['--quiet', 'run', '--config', folder.path(settingsFile(task)), '--out', folder.path(task.folder)],
    ...['--target', target, '--threads', String(limits.threadsPerJob)],
    ...option('--endpoint', endpoint),
    ...option('--deployment', deployment),
    ...option('--region', region),
  ];
}

function resumeArguments({ folder, limits }: ExecuteExperiment, task: ExperimentTask): readonly string[] {
  const threads = String(limits.threadsPerJob);
  return ['--quiet', 'run', '--resume', folder.path(task.folder), '--threads', threads];
}

/** Settings file of a run, relative to the experiment's folder. */
function settingsFile({ folder }: ExperimentTask): string {
  return `${folder.replace(/^runs\//, 'settings/')}.json`;
}

async function isFinished(folder: ExperimentFolder, task: ExperimentTask): Promise<boolean> {
  // The report is the last file that a run writes.
  const report = folder.path(join(task.folder, 'report.html'));
  return (await isThere(report)) && (await readResult(folder.path(task.folder))) !== undefined;
}

function endedHow({ exitCode }: RunEnd): string {
  return exitCode === null
    ? 'the process was killed; was there enough memory? Fewer --jobs need less.'
    : `the process ended with exit code ${exitCode}.`;
}

function stopped({ directory }: ExperimentFolder, kept: number, all: number): InterruptedError {
  return new InterruptedError(`stopped; ${kept} of ${all} runs are kept.`, {
    subject: directory,
    remedy: `Go on with: airtune experiment --resume ${directory}`,
  });
}
