import { stat } from 'node:fs/promises';
import { requireResult } from '#run/output/read-result.ts';
import { fileChunks } from '#shared/tables/file-chunks.ts';
import { streamLines } from '#shared/tables/file-lines.ts';
import { isMeasuredRecord, parseMeasuredLogs } from '#study/calibration/measured-logs.ts';
import { measuredResult } from '#study/calibration/measured-result.ts';
import type { MeasuredRun } from '#study/calibration/measured-run.ts';

/**
 * Reads a measured run from an output folder or from a log file of a deployed scheduler.
 *
 * @param run Name of the run, if the log has several.
 * @throws ConfigError if there is no finished run of this version.
 */
export async function readMeasuredRun(path: string, run?: string): Promise<MeasuredRun> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => true,
  );
  if (isFolder) return measuredResult(await requireResult(path), path);
  const lines: string[] = [];
  for await (const { text } of streamLines(fileChunks(path), path)) {
    if (isMeasuredRecord(text)) lines.push(text);
  }
  return parseMeasuredLogs(lines, run, path);
}
