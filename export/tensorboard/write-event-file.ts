import { join } from 'node:path';
import type { ExportedRun } from '#export/run/exported-run.ts';
import { RunClock } from '#export/run/run-clock.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { eventFileName, firstRecords, roundRecord } from './run-records.ts';

/** Writes a run as one event file into a folder, and returns its path. */
export async function writeEventFile(run: ExportedRun, folder: string): Promise<string> {
  const clock = new RunClock(run.startedAtMs);
  const path = join(folder, eventFileName(run.startedAtMs));
  const rounds = run.rounds.map((metrics) => roundRecord(clock.endOf(metrics), metrics));
  await writeWholeFile(path, Buffer.concat([firstRecords(run.startedAtMs, run.result?.config), ...rounds]));
  return path;
}
