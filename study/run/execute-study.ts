import { ConfigError, InterruptedError } from '#shared/errors.ts';
import type { PointResult } from '#study/model/run-point.ts';
import type { StudyPlan } from '#study/output/study-plan.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { countPoints, MANY_POINTS, makePoints, type StudyPoint } from '#study/points/points.ts';
import type { StudyFolder } from './study-folder.ts';
import { deviceRounds, type StudyTask, studyTasks } from './study-task.ts';
import { runTasks } from './worker-pool.ts';
import { writeResults } from './write-results.ts';

/** How much there is to simulate, or has been. */
export interface SimulatedWork {
  readonly rounds: number;
  /** Each round as often as it has devices: what the time of a simulation grows with. */
  readonly deviceRounds: number;
}

/** Shown while a study is going on. */
export interface StudyProgress {
  /** The rounds of all runs, and those of them that need not be simulated because they were before. */
  begin(total: SimulatedWork, done: SimulatedWork): void;
  /** A round was simulated of a point with so many devices. */
  roundDone(devices: number): void;
  end(): void;
}

export interface ExecuteOptions {
  /** False when it goes on with what is in the folder. */
  readonly isNew: boolean;
  readonly threads: number;
  readonly progress: StudyProgress;
  readonly signal?: AbortSignal;
}

/** Runs whose settings and results fit into memory. */
const MOST_RUNS = 1_000_000;

/**
 * Checks that a study is of a size that was meant.
 *
 * @throws ConfigError saying how many points there are when they are very many and `yes` was not given
 */
export function requireMeantSize(plan: StudyPlan, yes: boolean): void {
  const runs = countPoints(plan.sweeps, plan.sweepMode) * plan.repeats;
  if (runs > MOST_RUNS) {
    throw new ConfigError(`the sweeps make ${runs.toLocaleString('en')} runs; ${MOST_RUNS} are possible.`, {
      subject: 'sweeps',
      remedy: 'Give fewer values, or several studies.',
    });
  }
  if (runs <= MANY_POINTS || yes) return;
  throw new ConfigError(`the sweeps make ${runs.toLocaleString('en')} runs.`, {
    subject: 'sweeps',
    remedy: 'Give fewer values, or --yes to run them all.',
  });
}

/**
 * Runs what is not finished of a study, and writes study.json, latency.csv and report.html. The files depend
 * on the plan only: not on the number of threads, nor on how often the study was stopped.
 */
export async function executeStudy(
  folder: StudyFolder,
  plan: StudyPlan,
  options: ExecuteOptions,
): Promise<StudyResult> {
  const points = makePoints(plan.settings, plan.sweeps, plan.sweepMode, plan.models);
  // Only now that every point has been found good is anything written.
  if (options.isNew) await folder.begin(plan);
  const results: PointResult[][] = points.map(() => []);
  const missing: StudyTask[] = [];
  const tasks = studyTasks(points, plan.repeats);
  const done: StudyTask[] = [];
  for (const task of tasks) {
    const result = await folder.result(task);
    if (result === undefined) missing.push(task);
    else {
      results[task.point][task.repeat] = result;
      done.push(task);
    }
  }
  options.progress.begin(workOf(tasks), workOf(done));
  try {
    await runTasks(missing, {
      threads: options.threads,
      signal: options.signal,
      roundDone: ({ settings }) => options.progress.roundDone(settings.training.devices),
      finished: async (task, result) => {
        results[task.point][task.repeat] = result;
        await folder.keep(task, result);
      },
    });
  } catch (error) {
    throw error instanceof InterruptedError ? stopped(folder, points, plan, results) : error;
  } finally {
    options.progress.end();
  }
  return writeResults(folder, plan, points, results);
}

function workOf(tasks: readonly StudyTask[]): SimulatedWork {
  return {
    rounds: tasks.reduce((sum, { settings }) => sum + settings.training.rounds, 0),
    deviceRounds: tasks.reduce((sum, task) => sum + deviceRounds(task), 0),
  };
}

function stopped(
  folder: StudyFolder,
  points: readonly StudyPoint[],
  plan: StudyPlan,
  results: readonly (readonly PointResult[])[],
): InterruptedError {
  const kept = results.reduce((sum, runs) => sum + runs.filter((run) => run !== undefined).length, 0);
  return new InterruptedError(`stopped; ${kept} of ${points.length * plan.repeats} runs are kept.`, {
    subject: folder.directory,
    remedy: `Go on with: airtune study --resume ${folder.directory}`,
  });
}
