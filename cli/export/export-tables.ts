import { join } from 'node:path';
import { ExperimentFolder } from '#experiment/run/experiment-folder.ts';
import { type ExperimentTask, experimentTasks } from '#experiment/run/experiment-task.ts';
import { type ExperimentRun, experimentTable } from '#export/tables/experiment-tables.ts';
import {
  RUN_DEVICE_COLUMNS,
  RUN_ROUND_COLUMNS,
  runDeviceTable,
  runRoundTable,
} from '#export/tables/run-tables.ts';
import { studyDeviceTable, studyRoundTable, type TracedPointRound } from '#export/tables/study-tables.ts';
import { type Table, type WritableTable, writableTable } from '#export/tables/table.ts';
import { readDevices, readRounds } from '#run/output/read-rounds.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { ConfigError } from '#shared/errors.ts';
import { readRoundTraces, roundTraceFolder } from '#study/output/round-trace-folder.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import type { StudySoFar } from '#study/run/study-so-far.ts';
import { readStudy } from '#study/run/write-results.ts';
import type { FolderKind } from './folder-kind.ts';

/** The subject of a table's rows. */
export type TableKind = 'rounds' | 'devices';

/**
 * The table of a run, a study or an experiment in its output folder.
 *
 * @throws ConfigError, OutputError when the folder lacks it
 */
export function tableOf(folder: string, kind: TableKind, of: FolderKind): Promise<WritableTable> {
  switch (of) {
    case 'run':
      return runTable(folder, kind);
    case 'study':
      return studyTable(folder, kind);
    case 'experiment':
      return experimentTableOf(folder, kind);
  }
}

async function runTable(folder: string, kind: TableKind): Promise<WritableTable> {
  if (kind === 'rounds') {
    const rounds = await roundTable(folder);
    if (rounds !== undefined) return writableTable(rounds);
  } else {
    const devices = await deviceTable(folder);
    if (devices !== undefined) return writableTable(devices);
  }
  throw new ConfigError(`holds no ${kind} of a run.`, {
    subject: folder,
    remedy: 'Name the output folder of a run, a finished study, or an experiment.',
  });
}

async function experimentTableOf(folder: string, kind: TableKind): Promise<WritableTable> {
  const tasks = experimentTasks(await new ExperimentFolder(folder).plan());
  return kind === 'rounds'
    ? writableTable(experimentTable(RUN_ROUND_COLUMNS, await tablesOf(folder, tasks, roundTable)))
    : writableTable(experimentTable(RUN_DEVICE_COLUMNS, await tablesOf(folder, tasks, deviceTable)));
}

/** The tables of the runs that have one: an experiment may not be finished. */
async function tablesOf<Row>(
  folder: string,
  tasks: readonly ExperimentTask[],
  read: (folder: string) => Promise<Table<Row> | undefined>,
): Promise<readonly ExperimentRun<Row>[]> {
  const runs: ExperimentRun<Row>[] = [];
  for (const { point, seed, folder: inside } of tasks) {
    const table = await read(join(folder, inside));
    if (table !== undefined) runs.push({ point: point.name, seed, table });
  }
  return runs;
}

/** The rounds of a run; undefined if the folder has none. */
async function roundTable(folder: string): Promise<ReturnType<typeof runRoundTable> | undefined> {
  const rounds = await readRounds(folder);
  return rounds === undefined ? undefined : runRoundTable(rounds);
}

/** The devices of a run; undefined if the folder has none. */
async function deviceTable(folder: string): Promise<ReturnType<typeof runDeviceTable> | undefined> {
  const devices = await readDevices(folder);
  if (devices === undefined) return undefined;
  return runDeviceTable(devices, await readRoundTraces(join(folder, roundTraceFolder())));
}

async function studyTable(folder: string, kind: TableKind): Promise<WritableTable> {
  const study = await readStudy(new StudyFolder(folder, writeWholeFile));
  if (kind === 'rounds') return writableTable(studyRoundTable(study.points, study.results));
  const traces = await studyTraces(folder, study);
  if (traces.length > 0) return writableTable(studyDeviceTable(study.points, traces));
  throw new ConfigError('holds no times of single devices.', {
    subject: folder,
    remedy: 'Run the study again with --trace-rounds LIST, which keeps them for these rounds.',
  });
}

async function studyTraces(
  folder: string,
  { plan, points }: StudySoFar,
): Promise<readonly TracedPointRound[]> {
  const traces: TracedPointRound[] = [];
  for (const point of points) {
    for (let repeat = 0; repeat < plan.repeats; repeat++) {
      const inside = roundTraceFolder({ point: point.index, repeat });
      for (const trace of (await readRoundTraces(join(folder, inside))).values()) {
        traces.push({ point, repeat, trace });
      }
    }
  }
  return traces;
}
