import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { requireResult } from '#run/output/read-result.ts';
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
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return measuredResult(await requireResult(path), path);
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
    if (isMeasuredRecord(line)) lines.push(line);
  }
  return parseMeasuredLogs(lines, run, path);
}
