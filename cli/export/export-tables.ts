import { join } from 'node:path';
import { runDeviceTable, runRoundTable } from '#export/tables/run-tables.ts';
import { studyDeviceTable, studyRoundTable, type TracedPointRound } from '#export/tables/study-tables.ts';
import { type WritableTable, writableTable } from '#export/tables/table.ts';
import { readDevices, readRounds } from '#run/output/read-rounds.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { ConfigError } from '#shared/errors.ts';
import { readRoundTraces, roundTraceFolder } from '#study/output/round-trace-folder.ts';
import { StudyFolder } from '#study/run/study-folder.ts';
import { type FinishedStudy, readStudy } from '#study/run/write-results.ts';

/** What the rows of a table are. */
export type TableKind = 'rounds' | 'devices';

/** The table of a run or of a study in its output folder. @throws ConfigError when the folder lacks it */
export async function tableOf(folder: string, kind: TableKind, isStudy: boolean): Promise<WritableTable> {
  return isStudy ? studyTable(folder, kind) : runTable(folder, kind);
}

async function runTable(folder: string, kind: TableKind): Promise<WritableTable> {
  if (kind === 'rounds') {
    const rounds = await readRounds(folder);
    if (rounds !== undefined) return writableTable(runRoundTable(rounds));
  } else {
    const devices = await readDevices(folder);
    if (devices !== undefined) {
      return writableTable(runDeviceTable(devices, await readRoundTraces(join(folder, roundTraceFolder()))));
    }
  }
  throw new ConfigError(`holds no ${kind} of a run.`, {
    subject: folder,
    remedy: 'Name the output folder of a run, or of a finished study.',
  });
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
  { plan, points }: FinishedStudy,
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
