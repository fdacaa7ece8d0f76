import { join } from 'node:path';
import { systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { ConfigError } from '#shared/errors.ts';
import { parseRunResult, type RunResult } from '#shared/protocol/run-result.ts';
import { readRegularText } from '#shared/read-file.ts';

/** Name of the result file in a run's output folder. */
export const RESULT_FILE = 'result.json';

/**
 * Reads the result in a run's output folder; undefined if there is none.
 *
 * @throws ConfigError if it cannot be read, or is not a result of this version.
 */
export async function readResult(folder: string): Promise<RunResult | undefined> {
  const path = join(folder, RESULT_FILE);
  try {
    return parseRunResult(JSON.parse(await readRegularText(path, ConfigError)), path);
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined;
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('cannot be read.', {
      subject: path,
      remedy: 'Name the output folder of a finished run.',
      cause,
    });
  }
}

/**
 * Reads the result in a run's output folder.
 *
 * @throws ConfigError as {@link readResult}, or if there is none
 */
export async function requireResult(folder: string): Promise<RunResult> {
  const result = await readResult(folder);
  if (result !== undefined) return result;
  throw new ConfigError(`holds no ${RESULT_FILE}.`, {
    subject: folder,
    remedy: 'Name the output folder of a finished run; airtune run --resume finishes an interrupted run.',
  });
}
