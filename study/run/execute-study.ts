import { ConfigError, InterruptedError } from '../../shared/errors.ts';
import type { PointResult } from '../model/run-point.ts';
import type { StudyPlan } from '../output/study-plan.ts';
import type { StudyResult } from '../output/study-result.ts';
import { countPoints, MANY_POINTS, makePoints, type StudyPoint } from '../points/points.ts';
import type { StudyFolder } from './study-folder.ts';
import { type StudyTask, studyTasks } from './study-task.ts';
import { runTasks } from './worker-pool.ts';
import { writeResults } from './write-results.ts';

/** Shown while a study is going on. */
export interface StudyProgress {
  /** Rounds of all runs, and how many of them need not be simulated because they were before. */
  begin(totalRounds: number, doneRounds: number): void;
  roundDone(): void;
  end(): void;
}

export interface ExecuteOptions {
  /** False when it goes on with what is in the folder. */
  readonly isNew: boolean;
  readonly threads: number;
  readonly progress: StudyProgress;
  readonly signal?: AbortSignal;
}

/**
 * Checks that a study is of a size that was meant.
 *
 * @throws ConfigError saying how many points there are when they are very many and `yes` was not given
 */
export function requireMeantSize(plan: StudyPlan, yes: boolean): void {
  const runs = countPoints(plan.sweeps, plan.sweepMode) * plan.repeats;
  if (runs <= MANY_POINTS || yes) return;
  throw new ConfigError(`the sweeps make ${runs.toLocaleString('en')} runs.`, {
    subject: 'sweeps',
    remedy: 'Give fewer values, or --yes to run them all.',
  });
}

/**
 * Runs what is not finished of a study, and writes study.json, latency.csv and report.html. The files depend on the plan only: not on the
 * number of threads, nor on how often the study was stopped.
 */
export async function executeStudy(
  folder: StudyFolder,
  plan: StudyPlan,
  options: ExecuteOptions,
): Promise<StudyResult> {
  const points = makePoints(plan.settings, plan.sweeps, plan.sweepMode);
  // Only now that every point has been found good is anything written.
  if (options.isNew) await folder.begin(plan);
  const results: PointResult[][] = points.map(() => []);
  const missing: StudyTask[] = [];
  let doneRounds = 0;
  let totalRounds = 0;
  for (const task of studyTasks(points, plan.repeats)) {
    totalRounds += task.settings.rounds;
    const result = await folder.result(task);
    if (result === undefined) missing.push(task);
    else {
      results[task.point][task.repeat] = result;
      doneRounds += task.settings.rounds;
    }
  }
  options.progress.begin(totalRounds, doneRounds);
  try {
    await runTasks(missing, {
      threads: options.threads,
      signal: options.signal,
      roundDone: () => options.progress.roundDone(),
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
