import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../shared/errors.ts';
import { type MeasuredRun, parseMeasuredRun } from '../../study/calibration/measured-run.ts';

/** The run in an output folder. @throws ConfigError when it holds no finished run of this version */
export async function readMeasuredRun(directory: string): Promise<MeasuredRun> {
  return parseMeasuredRun(await readResultFile(directory), join(directory, 'result.json'));
}

/** What result.json in a run's output folder holds, unchecked. @throws ConfigError when it cannot be read */
export async function readResultFile(directory: string): Promise<unknown> {
  const path = join(directory, 'result.json');
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError('cannot be read.', {
      subject: path,
      remedy: 'Name the output folder of a finished run.',
      cause,
    });
  }
}
