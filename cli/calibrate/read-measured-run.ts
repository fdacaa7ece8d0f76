import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { requireThisVersion } from '#run/output/read-result.ts';
import { ConfigError } from '#shared/errors.ts';
import { readTextFile } from '#shared/text-file.ts';
import { parseMeasuredLogs } from '#study/calibration/measured-logs.ts';
import { parseMeasuredResult } from '#study/calibration/measured-result.ts';
import type { MeasuredRun } from '#study/calibration/measured-run.ts';

/**
 * The run in an output folder, or in a file of what a deployed scheduler logged.
 *
 * @param run Which one, where logs hold several.
 * @throws ConfigError when there is no finished run of this version
 */
export async function readMeasuredRun(path: string, run?: string): Promise<MeasuredRun> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return parseMeasuredResult(await readResultFile(path), join(path, 'result.json'));
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
    if (line.includes('"run-begun"') || line.includes('"round-committed"')) lines.push(line);
  }
  return parseMeasuredLogs(lines, run, path);
}

/** What result.json in a run's output folder holds. @throws ConfigError when it cannot be read, or is of another version */
export async function readResultFile(directory: string): Promise<unknown> {
  const path = join(directory, 'result.json');
  let value: unknown;
  try {
    value = JSON.parse(await readTextFile(path));
  } catch (cause) {
    throw new ConfigError('cannot be read.', {
      subject: path,
      remedy: 'Name the output folder of a finished run.',
      cause,
    });
  }
  requireThisVersion(value, path);
  return value;
}
