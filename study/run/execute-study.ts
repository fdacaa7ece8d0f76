import { ConfigError, InterruptedError } from '#shared/errors.ts';
import { FilePlugins } from '#shared/plugins/file-plugins.ts';
import type { RoundList } from '#shared/protocol/round-list.ts';
import type { PointResult } from '#study/model/run-point.ts';
import type { StudyPlan } from '#study/output/study-plan.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import { describePlugins } from '#study/plugins/study-plugins.ts';
import { countPoints, MANY_POINTS, makePoints, type StudyPoint } from '#study/points/points.ts';
import { requireSteadyRounds } from './require-steady-rounds.ts';
import { requireTraceable } from './require-traceable.ts';
import type { StudyFolder } from './study-folder.ts';
import type { StudySoFar } from './study-so-far.ts';
import { deviceRounds, type StudyTask, studyTasks } from './study-task.ts';
import { runTasks } from './worker-pool.ts';
import { writeResults } from './write-results.ts';

/** An amount of simulated rounds. */
export interface SimulatedWork {
  readonly rounds: number;
  /** Rounds times devices, which determines the time of a simulation. */
  readonly deviceRounds: number;
}

/** Displays the progress of a study. */
export interface StudyProgress {
  /** Called once, with the work of all runs and the work that earlier calls have done. */
  begin(total: SimulatedWork, done: SimulatedWork): void;
  /** A round of a point with this many devices was simulated. */
  roundDone(devices: number): void;
  end(): void;
}

export interface ExecuteOptions {
  /** False when the study in the folder is resumed. */
  readonly isNew: boolean;
  readonly threads: number;
  readonly progress: StudyProgress;
  readonly signal?: AbortSignal;
  /** Rounds of every run to trace; none by default. */
  readonly traceRounds?: RoundList;
  /** Called after each finished run with the results so far: one list for each point. */
  readonly finished?: (results: StudySoFar) => void;
}

/** Maximum number of runs, so that settings and results fit into memory. */
const MOST_RUNS = 1_000_000;

/**
 * Refuses a study with too many runs, or with many runs without the option `--yes`.
 *
 * @throws ConfigError with the number of runs
 */
export function requireIntendedSize(plan: StudyPlan, yes: boolean): void {
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
 * Runs the unfinished part of a study, and writes study.json, latency.csv and report.html. The files depend
 * only on the plan, not on the number of threads or interruptions.
 */
export async function executeStudy(
  folder: StudyFolder,
  given: StudyPlan,
  options: ExecuteOptions,
): Promise<StudyResult> {
  const plan = options.isNew ? await withPlugins(given) : given;
  const points = makePoints(plan.settings, plan.sweeps, plan.sweepMode, plan.models, plan.plugins);
  const { traceRounds = [] } = options;
  requireTraceable(points, traceRounds);
  // Nothing is written before every point has been checked.
  if (options.isNew) {
    requireSteadyRounds(points, plan.warmUpRounds);
    await folder.begin(plan);
  }
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
      traceRounds,
      roundDone: ({ settings }) => options.progress.roundDone(settings.training.devices),
      finished: async (task, { result, traces }) => {
        results[task.point][task.repeat] = result;
        await folder.keep(task, result, traces);
        options.finished?.({ plan, points, results });
      },
    });
  } catch (error) {
    throw error instanceof InterruptedError ? stopped(folder, points, plan, results) : error;
  } finally {
    options.progress.end();
  }
  return writeResults(folder, plan, points, results);
}

/** The plan of a study with the plug-ins of its points described. */
async function withPlugins(plan: StudyPlan): Promise<StudyPlan> {
  const points = makePoints(plan.settings, plan.sweeps, plan.sweepMode, plan.models);
  const files = new FilePlugins();
  try {
    const plugins = await describePlugins(points, files);
    return plugins.length === 0 ? plan : { ...plan, plugins: [...plugins] };
  } finally {
    await files.close();
  }
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
    remedy: `Continue with: airtune study --resume ${folder.directory}`,
  });
}
