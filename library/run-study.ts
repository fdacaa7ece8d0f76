import { availableParallelism } from 'node:os';
import { writeWholeFile } from '#run/output/write-file.ts';
import type { RawSettings } from '#shared/config/merge-settings.ts';
import { STUDY_VERSION, type StudyPlan } from '#study/output/study-plan.ts';
import type { StudyResult } from '#study/output/study-result.ts';
import type { SweepMode } from '#study/points/points.ts';
import { type Sweep, sweepOf } from '#study/points/sweep.ts';
import { executeStudy } from '#study/run/execute-study.ts';
import { StudyFolder } from '#study/run/study-folder.ts';

/** A study: settings that all points share, and the settings that vary. */
export interface StudyDefinition {
  /** As in a settings file. Default: the default of every setting. */
  readonly settings?: RawSettings;
  /** Default: none, for a single point. */
  readonly sweeps?: readonly Sweep[];
  /** `grid` for every combination, `list` for the first with the first and so on. Default: `grid`. */
  readonly sweepMode?: SweepMode;
  /** Runs of each point with seeds of their own, for confidence intervals. Default: 1. */
  readonly repeats?: number;
  /** Rounds that figures of the steady state leave out. Default: 1. */
  readonly warmUpRounds?: number;
}

export interface RunStudyOptions {
  /** Folder for `study.json`, `latency.csv` and `report.html`, new or empty. */
  readonly directory: string;
  /** Worker threads. Default: one for each processor. The results do not depend on it. */
  readonly threads?: number;
  /** Called after each simulated round with the number of devices of its point. */
  readonly onRound?: (devices: number) => void;
  /** Stops the study; `airtune study --resume` continues it. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a study on worker threads and writes its folder; returns the content of `study.json`.
 *
 * @throws ConfigError naming the setting that cannot be used, OutputError when the folder is not empty,
 *   InterruptedError when stopped
 */
export async function runStudy(study: StudyDefinition, options: RunStudyOptions): Promise<StudyResult> {
  const plan: StudyPlan = {
    format: 'airtune-study',
    version: STUDY_VERSION,
    preset: null,
    settings: { ...study.settings },
    models: {},
    sweeps: (study.sweeps ?? []).map(({ path, values }) => ({
      path,
      values: [...sweepOf(path, values).values],
    })),
    sweepMode: study.sweepMode ?? 'grid',
    repeats: study.repeats ?? 1,
    warmUpRounds: study.warmUpRounds ?? 1,
    learning: [],
  };
  const folder = new StudyFolder(options.directory, writeWholeFile);
  try {
    return await executeStudy(folder, plan, {
      isNew: true,
      threads: options.threads ?? availableParallelism(),
      progress: {
        begin: () => {},
        roundDone: (devices) => options.onRound?.(devices),
        end: () => {},
      },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } finally {
    await folder.release();
  }
}
